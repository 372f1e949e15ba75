"""Progress on a terminal, silence elsewhere, and Ctrl-C: what has been done, 130, within two seconds."""

import io
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest
from tests.testing_tools import four
from tests.testing_tools.terminal import on_terminal, screen

from handful.cli.interrupts import PATIENCE
from handful.cli.progress_line import Line, lasting, words
from handful.progress import Stage, Watch
from handful.results import document

SCHEMAS = Path(document.__file__).parent / "schemas"
INTERRUPTED, SOON = 130, 2.0
FIT = ("-m", "handful", "fit")
LONG = ("data:fruit-snacks", "--model", "mixture:3", "--seed", "1")

READING = "reading standard"

# A call that no signal ends, as a long one of NumPy's is: the signal goes to another thread.
STUCK = """
import ctypes, os, signal, sys
from pathlib import Path
from handful import files
from handful.cli.interrupts import interruptible
from handful.cli.progress_line import shown
from handful.progress import stage, watching

def stuck(handle=0):
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    print("stuck", file=sys.stderr)
    ctypes.CDLL(None).usleep(20_000_000)

files.os.fsync = stuck
with watching() as watch, interruptible(watch), shown(watch), stage("writing"):
    files.write_whole(Path("out.json"), b"half")
"""


@pytest.mark.parametrize("columns", [80, 30])
def test_a_line_comes_after_a_second_and_goes(tmp_path, columns):
    done = on_terminal(
        (*FIT, "-", "--seed", "1"),
        folder=tmp_path,
        columns=columns,
        feed=four.TEXT,
        until=READING,
        NO_COLOR="1",
    )
    assert done.code == 0
    drawn = re.findall(r"\r(reading[^\r]*)", done.text)
    assert done.first >= 1.0
    assert all(re.search(r"  \d+ s *$", line) for line in drawn)
    assert max(map(len, drawn)) < columns
    assert not any(line.startswith("reading") for line in screen(done.text))
    assert screen(done.text)[0].startswith("Read 4 bags")
    assert "\x1b" not in done.text


def test_a_dumb_terminal_gets_plain_lines(tmp_path):
    done = on_terminal(
        (*FIT, "-", "--seed", "1"), folder=tmp_path, feed=four.TEXT, until=READING, TERM="dumb", NO_COLOR="1"
    )
    assert re.search(r"^reading standard input  \d+ s$", "\n".join(screen(done.text)), re.MULTILINE)
    assert "\r" not in done.text.replace("\r\n", "\n")


def test_results_in_a_pipe_are_nothing_but_results(tmp_path):
    done = on_terminal(
        (*FIT, "-", "--json", "--seed", "1"), folder=tmp_path, feed=four.TEXT, until=READING, piped=True
    )
    assert done.first >= 1.0
    assert json.loads(done.stdout)["schema"] == "handful/fit/1"


def test_a_pipe_hears_nothing_of_it(handful):
    with subprocess.Popen(
        [sys.executable, *FIT, "-", "--seed", "1"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "TERM": "xterm"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        time.sleep(2.0)  # long enough for a line on a terminal
        out, err = process.communicate(four.TEXT)
    at_once = handful("fit", "-", "--seed", "1", stdin=four.TEXT)
    assert (out, err) == (at_once.stdout, at_once.stderr)


def test_control_c_in_a_fit(tmp_path):
    done = on_terminal((*FIT, *LONG, "-o", "out.json"), folder=tmp_path, until="tempering  ")
    assert done.code == INTERRUPTED
    assert done.lasted < SOON
    assert "Traceback" not in done.text
    assert re.search(
        r"^handful: interrupted \(fitting mixture:3: tempering.*\); nothing of it is kept \(a fit has no answer",
        screen(done.text)[-2],
    )
    assert not list(tmp_path.iterdir())


def test_control_c_in_a_comparison_tells_of_the_models_that_are_done(tmp_path):
    models = ("pooled", "separate", "mixture:3")
    done = on_terminal(
        ("-m", "handful", "compare", LONG[0], *models, "--seed", "1", "--json", "-o", "c.json"),
        folder=tmp_path,
        until="model 3 of 3",
        piped=True,
    )
    assert done.code == INTERRUPTED
    assert done.lasted < SOON
    found = json.loads(done.stdout)
    assert json.loads((tmp_path / "c.json").read_text(encoding="utf-8")) == found
    jsonschema.validate(found, json.loads((SCHEMAS / "compare-1.json").read_text(encoding="utf-8")))
    assert {model["spec"] for model in found["models"]} == {"pooled", "separate"}
    assert sum(model["probability"] for model in found["models"]) == pytest.approx(1)
    assert not found["verdict"]["ok"]
    assert found["verdict"]["notes"][0] == "Interrupted: 2 of 3 models are compared here, and mixture:3 not."
    assert screen(done.text)[-2].endswith("; what is told is of 2 of 3 models")


def test_nothing_disturbs_who_types(tmp_path):
    code = (
        "import sys, threading\n"
        "from handful.cli.start import main\n"
        "from handful.data import read\n"
        "say = lambda: print('\\nnow', file=sys.__stderr__)\n"
        "reading = read.read_bytes\n"
        "read.read_bytes = lambda source: (threading.Timer(1.3, say).start(), reading(source))[1]\n"
        "sys.argv = ['handful', 'fit', '-']\n"
        "main()\n"
    )
    done = on_terminal(("-c", code), folder=tmp_path, until="now\r\n")
    assert done.code == INTERRUPTED
    assert "reading standard input  " not in done.text
    assert screen(done.text)[-2] == "handful: interrupted (reading standard input); nothing of it is kept"


# A second Ctrl-C does not wait for as long as the first alone would.
@pytest.mark.parametrize(("keys", "soon"), [(b"\x03", SOON), (b"\x03\x03", PATIENCE)])
def test_control_c_while_nothing_in_python_hears_it(tmp_path, keys, soon):
    done = on_terminal(("-c", STUCK), folder=tmp_path, until="stuck", keys=keys)
    assert done.code == INTERRUPTED
    assert done.lasted < soon
    assert done.text.count("handful: interrupted (writing); nothing of it is kept\r\n") == 1
    assert screen(done.text)[-2] == "handful: interrupted (writing); nothing of it is kept"
    assert not list(tmp_path.iterdir())


def test_the_time_left_is_that_of_the_work_that_knows_its_end():
    fitting, tempering = Stage("fitting mixture:3", 5.0), Stage("tempering", 10.0, done=0.25, of=1.0)
    assert words((fitting, tempering), now=15.0, began=0.0, width=79) == (
        "fitting mixture:3: tempering  25%, 15 s, about 15 s left"
    )
    assert words((), now=2.0, began=0.0, width=79) == "working  2 s"
    assert lasting(59.6) == "1 min 0 s"


@pytest.mark.parametrize("width", [10, 20, 40, 60, 120])
def test_the_line_fits(width):
    stages = (Stage("model", 0.0, done=1, of=12, counted=True), Stage("fitting mixture:3:overdispersed", 1.0))
    assert len(words(stages, now=4000.0, began=0.0, width=width)) <= width


def test_nothing_is_left_of_a_line_that_was_interrupted(monkeypatch):
    monkeypatch.setenv("COLUMNS", "30")
    monkeypatch.setenv("TERM", "xterm")
    terminal = io.StringIO()
    watch = Watch(stages=(Stage("fitting mixture:3:overdispersed", 0.0),))
    line = Line(terminal, watch)
    line.draw()
    terminal.write("**")  # as ^C, which a terminal shows by itself
    assert max(map(len, terminal.getvalue().split("\r"))) < 30
    watch.stages = (Stage("fitting", 0.0),)
    line.draw()
    assert screen(terminal.getvalue()) == ["fitting  0 s"]
    terminal.write("**")
    line.clear()
    assert screen(terminal.getvalue()) == [""]
