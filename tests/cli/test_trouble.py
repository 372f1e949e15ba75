"""Trouble at the command line: one sentence, the right exit code, no traceback, nothing written."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.testing_tools.terminal import hear_interrupts

USAGE, BAD_DATA, FAILURE, INTERRUPTED = 2, 3, 1, 130


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "bag,blue,red\nA,0.22,0.78\n",
            'line 2, column "blue" (bag "A"): "0.22" is not a whole number, and every row adds up to 1',
        ),
        ("bag,blue,red\nA,0.22,0.78\n", "because 22 of 100 says more than 0.22"),
        ("bag,blue,red\nA,,3\n", "--blank-is-zero"),
        ("bag,blue,red\nA,-3,3\n", '"-3" is negative'),
        ("bag,blue,red\nA,three,3\nB,4,4\n", '"three" is not a whole number'),
        ("bag,blue,red\nA,1000000000000000000000,3\n", "is above 9007199254740991"),
        ("bag,blue,red\nA,1,3\nA,2,4\n", '"A" is the id of an earlier bag, on line 2'),
        (
            "bag,blue,red,total\nA,1,3,5\n",
            'column "total" (bag "A"): disagrees with the sum of the counts on line 2',
        ),
        ("", "is empty"),
        ("bag,blue,red\n", "no bag below it"),
        ("blue\n3\n", 'there is only one category, "blue"'),
    ],
)
def test_bad_data(handful, text, said):
    done = handful("fit", "-", "-o", "out.json", stdin=text)
    assert done.returncode == BAD_DATA, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert not (handful.folder / "out.json").exists()


def test_twenty_complaints_and_how_many_more(handful):
    text = "bag,blue,red\n" + "".join(f"b{i},x,{i % 3}\n" for i in range(33)) + "last,1,1\n"
    done = handful("fit", "-", stdin=text)
    assert done.stderr.count("is not a whole number") == 20
    assert done.stderr.endswith("... and 13 more\n")


@pytest.mark.parametrize(
    "text", ["bag,blue,red\nA,9,0\n", "bag,blue,red\nA,9,2\nB,0,0\n", "bag,blue,red\nA,1000000000000,3\n"]
)
def test_odd_but_fine_data(handful, text):
    done = handful("fit", "-", "--seed", "1", stdin=text)
    assert done.returncode == 0, done.stderr


def test_a_bag_alone_cannot_tell(handful):
    done = handful("fit", "-", stdin="bag,blue,red\nA,9,2\n")
    assert "One bag cannot tell." in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("fit", "fuor.csv"), "there is no file 'fuor.csv'; did you mean 'four.csv'?"),
        (("fit", "."), "is a directory"),
        (("fit", "data:skitles"), "did you mean 'data:skittles'?"),
        (("fit", "data:mms-recipes"), "not counts"),
        (("fit", "four.csv", "--prior", "beta(1,5)"), "choose one of them (--category blue"),
        (("fit", "four.csv", "--prior", "beta(1)"), "write it like beta(1,5)"),
        (("fit", "four.csv", "--prior", "beta(0,5)"), "must be > 0"),
        (("fit", "four.csv", "--prior", "dirichlet(1,x)"), "'x' is not a number"),
        (("fit", "four.csv", "--prior", "guess"), "is no prior; write one like beta(1,5)"),
        (("fit", "four.csv", "--model", "magic"), "there are pooled, separate"),
        (("fit", "four.csv", "--category", "blu"), "there is no category 'blu'"),
        (("fit", "four.csv", "--drop", "blu"), "did you mean 'blue'?"),
        (("fit", "four.csv", "--engine", "magic"), "there is no engine 'magic'"),
        (("fit", "four.csv", "--engine", "laplace"), "engine 'laplace' cannot do this"),
        (("fit", "four.csv", "--precision-prior", "lognormal(4,2)"), "there is no hierarchical model"),
        (
            ("fit", "four.csv", "--model", "hierarchical", "--precision-prior", "beta(1,1)"),
            "write one like lognormal(4,2)",
        ),
        (
            (
                "fit",
                "four.csv",
                "--model",
                "hierarchical",
                "--alpha-prior",
                "gamma(1,1)",
                "--prior",
                "dirichlet(1)",
            ),
            "leave out --prior",
        ),
        (("fit", "four.csv", "--ci", "95"), "mass = 95"),
        (("fit", "four.csv", "--encoding", "klingon"), "is not known"),
        (("fit", "four.csv", "-o", "out.txt"), "ends in .json"),
        (("fit", "four.csv", "-o", "nowhere/out.json"), "there is no folder 'nowhere'"),
        (("fit", "four.csv", "--ci-kind", "hpd"), "hpd"),
        (("fit",), "FILE"),
        (("fitt",), "fitt"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_usage(handful, arguments, said):
    done = handful(*arguments)
    assert done.returncode == USAGE, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_the_input_is_never_the_output(handful):
    (handful.folder / "bags.json").write_text("bag,blue,red\nA,1,2\n", encoding="utf-8")
    done = handful("fit", "bags.json", "-o", "bags.json")
    assert done.returncode == USAGE
    assert "is the file that is read" in done.stderr


def test_an_output_folder_that_cannot_be_written(handful):
    if os.geteuid() == 0:
        done = handful("fit", "four.csv", "-o", "/proc/out.json")
    else:
        handful.folder.chmod(0o500)
        done = handful("fit", "four.csv", "-o", "out.json")
    assert done.returncode == FAILURE
    assert re.search(r"handful: '.*': \w+", done.stderr)
    assert "Traceback" not in done.stderr


def test_debug_shows_the_traceback(handful):
    assert "Traceback" in handful("--debug", "fit", "missing.csv").stderr


def command(folder, *arguments, **kwargs):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen(
        [sys.executable, "-m", "handful", *arguments], cwd=folder, env=environment, **kwargs
    )


def test_a_broken_pipe_is_a_sentence(handful):
    reading, writing = os.pipe()
    os.close(reading)
    with command(
        handful.folder, "fit", "four.csv", stdout=writing, stderr=subprocess.PIPE, text=True
    ) as process:
        os.close(writing)
        _, said = process.communicate(timeout=60)
    assert process.returncode == FAILURE
    assert "the reader of the output went away" in said
    assert "Traceback" not in said
    assert "Exception ignored" not in said


@pytest.mark.parametrize(
    ("closed", "code", "said"),
    [(0, USAGE, "standard input is closed"), (1, FAILURE, "standard output is closed"), (2, FAILURE, "")],
)
def test_a_closed_stream_is_a_sentence(handful, closed, code, said):
    with command(
        handful.folder,
        "fit",
        "-",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: os.close(closed),  # as a shell does by <&-, >&- and 2>&-
    ) as process:
        _, found = process.communicate(timeout=60)
    assert process.returncode == code
    assert said in found
    assert "Traceback" not in found


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("arguments", [("fit", "four.csv", "--json"), ("--help",)])
def test_a_full_disk_is_a_sentence(handful, arguments):
    with (
        Path("/dev/full").open("wb") as full,
        command(handful.folder, *arguments, stdout=full, stderr=subprocess.PIPE, text=True) as process,
    ):
        _, said = process.communicate(timeout=60)
    assert process.returncode == FAILURE
    assert said.endswith("handful: No space left on device\n")
    assert "Traceback" not in said


def test_control_c_leaves_nothing_behind(handful):
    arguments = (sys.executable, "-X", "importtime", "-m", "handful", "fit", "-", "-o", "out.json")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        arguments,
        cwd=handful.folder,
        env=environment,
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hear_interrupts,  # noqa: PLW1509  # a signal can be heeded again nowhere else
    ) as process:
        # The reader is the last module to be loaded: from then on it waits for standard input.
        said = next(line for line in process.stderr if line.rstrip().endswith("handful.data.read"))
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        said += process.stderr.read()
        process.stdin.close()
    assert process.returncode == INTERRUPTED
    assert "Traceback" not in said
    assert re.fullmatch(r"handful: interrupted.*\n", said.splitlines(keepends=True)[-1])
    assert sorted(path.name for path in handful.folder.iterdir()) == ["four.csv"]
