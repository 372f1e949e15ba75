"""What loops say of themselves, and what an interrupt leaves of them."""

import threading

import pytest

import handful as hf
from handful.course import build
from handful.inference.fit import fit
from handful.parallel import in_parts
from handful.progress import Doing, Stage, each, fraction, so_far, stage, watched, watching

NUMBERS = [1, 2, 3, 4]
LONG = 30.0
"""Seconds that only a test that fails lets pass."""


def interrupted_at(stop):
    """Work that a Ctrl-C ends at one of its items."""

    def work(item):
        if item == stop:
            raise KeyboardInterrupt
        return 10 * item

    return work


def test_nobody_is_told_of_anything():
    assert each(NUMBERS, "number") is NUMBERS
    with stage("counting") as doing:
        doing.at(0.5)
    assert watched() is None


def test_stages_are_told_and_end():
    seen = []
    with watching() as watch:
        for number in each(NUMBERS[:2], "model"):
            with stage("tempering") as doing:
                doing.at(0.5)
                seen.append((number, [str(one) for one in watch.stages], fraction(watch.stages)))
        assert watch.stages == ()
    assert seen == [(1, ["model 1 of 2", "tempering"], 0.25), (2, ["model 2 of 2", "tempering"], 0.75)]
    assert watched() is None


def test_a_stage_ends_where_an_error_ends_it():
    with watching() as watch:
        with pytest.raises(ValueError, match="no"), stage("counting"):
            raise ValueError("no")
        assert watch.stages == watch.broken == ()


def test_half_of_a_stage_is_not_more_by_what_is_in_it():
    inner = Stage("round", 0.0, done=1, of=2, counted=True)
    assert fraction([Stage("tempering", 0.0, done=0.5, of=1.0), inner]) == 0.5
    assert fraction([Stage("fitting", 0.0), inner]) == 0.5
    assert fraction([Stage("fitting", 0.0)]) is None


def test_where_nobody_watches_an_interrupt_goes_its_way():
    with pytest.raises(KeyboardInterrupt):
        so_far(interrupted_at(3), NUMBERS, what="number")


def test_what_is_done_is_given():
    with watching() as watch:
        assert so_far(interrupted_at(3), NUMBERS, what="number") == [10, 20]
        assert str(watch.stopped) == "2 of 4 numbers"
        assert so_far(interrupted_at(5), NUMBERS, what="other") == []  # is not begun any more


@pytest.mark.parametrize(("stop", "fewest"), [(1, 1), (3, 3)])
def test_where_too_little_is_done_there_is_no_answer(stop, fewest):
    with watching() as watch, pytest.raises(KeyboardInterrupt):
        so_far(interrupted_at(stop), NUMBERS, what="number", fewest=fewest)
    assert watch.stopped is None


def test_the_outer_loop_gives_what_is_done():
    def inner(item):
        return so_far(interrupted_at(3 if item == 2 else 0), NUMBERS, what="number")

    with watching() as watch:
        assert so_far(inner, NUMBERS, what="candidate") == [[10, 20, 30, 40]]
    assert str(watch.stopped) == "1 of 4 candidates"


def test_what_went_on_is_remembered():
    with watching() as watch:
        with pytest.raises(KeyboardInterrupt), stage("fitting"), stage("tempering"):
            raise KeyboardInterrupt
        assert [str(one) for one in watch.broken] == ["fitting", "tempering"]


def test_a_comparison_is_of_the_models_that_are_done(monkeypatch):
    counts = hf.Counts([[12, 43], [9, 46]], categories=["blue", "not blue"])
    whole = hf.compare([hf.Pooled(), hf.Separate()], counts)
    third = hf.Hierarchical()
    monkeypatch.setattr(
        "handful.results.compare.fit",
        lambda model, counts, **given: interrupted_at(third)(model) if model is third else fit(model, counts),
    )
    with watching():
        part = hf.compare([hf.Pooled(), hf.Separate(), third], counts)
    assert [model.log_evidence for model in part.models] == [model.log_evidence for model in whole.models]
    assert [model.probability for model in part.models] == pytest.approx(
        [model.probability for model in whole.models]
    )
    assert not part.verdict.ok
    assert part.verdict.notes[0] == "Interrupted: 2 of 3 models are compared here, and hierarchical not."


def test_notebooks_that_are_done_are_whole(tmp_path, monkeypatch):
    names = [source.stem for source in build.lessons()]
    work = interrupted_at(names[2])
    monkeypatch.setattr(build, "notebook", lambda source, kind: str(work(source.stem)))
    with watching() as watch:
        found = build.build(tmp_path)
    assert [path.stem for path in found] == names[:2]
    assert {path.name for path in tmp_path.iterdir()} == {path.name for path in found}
    assert watch.stopped.done == 2


def test_an_interrupt_does_not_wait_for_other_threads():
    begun, wanted, ended = threading.Event(), threading.Event(), threading.Event()

    def work(part):
        if part.start == 0:
            begun.wait(LONG)
            raise KeyboardInterrupt
        begun.set()
        wanted.wait(LONG)
        ended.set()

    with pytest.raises(KeyboardInterrupt):
        in_parts(work, 2000)
    assert begun.is_set()
    assert not ended.is_set()
    wanted.set()


def test_tempering_says_how_far_it_is(monkeypatch, rng):
    seen = []
    monkeypatch.setattr(
        Doing, "at", lambda doing, done, of=1.0: seen.append((str(doing._stage.what), done / of))
    )
    counts = hf.Counts([[30, 70], [80, 20], [50, 50]], categories=["blue", "red"])
    with watching():
        fit(hf.Mixture(2), counts, engine="smc", draws=500, rng=rng)
    tempering = [part for what, part in seen if what == "tempering"]
    assert len(tempering) > 2
    assert tempering == sorted(tempering)
    assert 0.0 <= tempering[0] < tempering[-1] < 1.0
