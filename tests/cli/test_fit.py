"""``handful fit`` as in journey 1: what is printed, where, and with which exit code."""

import json
import os
import pty
import re
import subprocess
import sys

import pytest
from tests.testing_tools import four

FIT_OF_FOUR = ("fit", "four.csv", "--seed", "1")


def test_the_answer_for_people(handful):
    done = handful(*FIT_OF_FOUR)
    assert done.returncode == 0, done.stderr
    assert done.stderr == (
        "Read 4 bags x 6 colours, 220 items (bag id: 'bag').\nCounts: blue, brown, green, orange, red, yellow.\n"
    )
    assert "Model: one common mix for all bags. Prior: Dirichlet(1,1,1,1,1,1).\n" in done.stdout
    assert re.search(r"^blue +50  0\.226  0\.028  0\.174 \.\. 0\.282$", done.stdout, re.MULTILINE)
    assert re.search(r"^brown +27  0\.124  0\.022  0\.084 \.\. 0\.170$", done.stdout, re.MULTILINE)
    assert (
        "In words: given the model (one common mix for all bags) and the prior Dirichlet(1,1,1,1,1,1), there is a "
        "95% chance that the share of blue lies between 17% and 28% (equal-tailed interval).\n"
    ) in done.stdout
    assert re.search(
        r"Do bags differ more than chance\? predictive p = 0\.\d\d -> no sign of it", done.stdout
    )
    assert "Log evidence: -49.874515 nats (exact)." in done.stdout


def test_a_pipe_gets_plain_text(handful):
    done = handful(*FIT_OF_FOUR)
    assert "\x1b" not in done.stdout + done.stderr
    assert not re.search(r"[\u2500-\u259f]", done.stdout + done.stderr)


def on_a_terminal(folder, **environment):
    """What a person sees: the output of the command on a pseudo-terminal."""
    leader, follower = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "handful", *FIT_OF_FOUR],
        cwd=folder,
        stdout=follower,
        stderr=subprocess.DEVNULL,
        env={
            **{name: value for name, value in os.environ.items() if name != "NO_COLOR"},
            "PYTHONPATH": os.pathsep.join(sys.path),
            "PYTHONIOENCODING": "utf-8",
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            **environment,
        },
    ) as process:
        os.close(follower)
        seen = b""
        try:
            while chunk := os.read(leader, 65536):
                seen += chunk
        except OSError:
            pass  # Linux: the other side has closed
        assert process.wait() == 0
    os.close(leader)
    return seen.decode()


def test_a_terminal_gets_a_bar_in_the_colour_of_the_candy(handful):
    seen = on_a_terminal(handful.folder)
    assert "\x1b[38;2;41;111;180m" + 20 * "\u2588" in seen  # blue, #296fb4, the longest


def test_no_color_gets_bars_without_escape_codes(handful):
    seen = on_a_terminal(handful.folder, NO_COLOR="1")
    assert "\x1b" not in seen
    assert 20 * "\u2588" in seen


def test_mass_and_kind_change_numbers_and_words(handful):
    done = handful(*FIT_OF_FOUR, "--ci", "0.89", "--ci-kind", "hdi")
    assert "89% interval (highest-density)" in done.stdout
    assert re.search(r"89% chance .* \(highest-density interval\)", done.stdout)
    assert "0.174 .. 0.282" not in done.stdout


def test_yesterdays_posterior_is_todays_prior(handful):
    prior = "dirichlet(" + ",".join(map(str, four.POSTERIOR)) + ")"
    found = json.loads(handful(*FIT_OF_FOUR, "--prior", prior, "--json").stdout)
    means = {row["category"]: row["mean"] for row in found["parameters"]}
    assert means["blue"] == pytest.approx((51 + 50) / (226 + 220))


def test_json_holds_the_closed_form_truths(handful):
    done = handful(*FIT_OF_FOUR, "--json")
    found = json.loads(done.stdout)
    assert found["schema"] == "handful/fit/1"
    assert [row["mean"] for row in found["parameters"]] == pytest.approx(list(four.MEANS), abs=1e-6)
    assert found["parameters"][0]["lower"] == pytest.approx(four.ETI_BLUE[0], abs=1e-6)
    assert found["log_evidence"]["value"] == pytest.approx(four.LOG_EVIDENCE, abs=1e-6)
    assert found["data"] == {
        "source": "four.csv",
        "bags": 4,
        "categories": list(four.CATEGORIES),
        "items": 220,
        "sha256": found["data"]["sha256"],
    }


def test_file_pipe_and_frames_give_the_same_json(handful):
    import io

    import pandas as pd
    import polars as pl

    import handful as hf

    by_file = json.loads(handful(*FIT_OF_FOUR, "--json").stdout)
    by_pipe = json.loads(handful("fit", "-", "--json", stdin=four.TEXT).stdout)
    pl.read_csv(io.StringIO(four.TEXT)).write_parquet(handful.folder / "four.parquet")
    by_parquet = json.loads(handful("fit", "four.parquet", "--json").stdout)
    found = [by_pipe, by_parquet]
    frames = (pd.read_csv(io.StringIO(four.TEXT)), pl.read_csv(io.StringIO(four.TEXT)))
    found += [json.loads(hf.to_json(hf.fit(hf.Pooled(), hf.read_counts(frame)))) for frame in frames]
    for other in found:
        other["data"]["source"] = by_file["data"]["source"]  # the one thing that must differ
        assert other == by_file


def test_one_colour_with_a_beta_prior(handful):
    done = handful(*FIT_OF_FOUR, "--category", "blue", "--prior", "beta(1,5)")
    assert done.returncode == 0, done.stderr
    assert "Prior: Beta(1,5)." in done.stdout
    assert re.search(r"^not blue +170 ", done.stdout, re.MULTILINE)


def test_separate_bags_each_have_their_rows(handful):
    done = handful(*FIT_OF_FOUR, "--model", "separate")
    assert "a mix of its own for every bag" in done.stdout
    assert (
        len(re.findall(r"^[A-D] +(?:blue|brown|green|orange|red|yellow) ", done.stdout, re.MULTILINE)) == 24
    )


def test_output_is_written_whole_and_told(handful):
    done = handful(*FIT_OF_FOUR, "-o", "out.json")
    assert "Wrote out.json." in done.stderr
    written = json.loads((handful.folder / "out.json").read_text(encoding="utf-8"))
    assert written["schema"] == "handful/fit/1"
    assert sorted(path.name for path in handful.folder.iterdir()) == ["four.csv", "out.json"]


def test_real_data_by_name(handful):
    done = handful("fit", "data:skittles", "--json")
    assert json.loads(done.stdout)["data"]["items"] == 27_740
    assert "Left out 'Uncounted': 56 malformed pieces that belong to no flavour." in done.stderr


def test_the_seed_that_was_drawn_is_told_and_repeats_the_answer(handful):
    first = handful("fit", "four.csv")
    seed = re.search(r"Seed (\d+), drawn", first.stderr)[1]
    assert handful("fit", "four.csv", "--seed", seed).stdout == first.stdout


def test_names_beyond_the_encoding_of_the_terminal_are_escaped(handful):
    text = "bag,gr\u00fcn,rot\nA,3,4\n"
    done = handful("fit", "-", "--seed", "1", stdin=text, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 0, done.stderr
    assert "gr\\xfcn" in done.stdout
