"""A posterior may become a prior, but not for the bags behind it."""

import pytest

import handful as hf

CATEGORIES = ("blue", "brown")


def bags(**rows):
    return hf.Counts(list(rows.values()), categories=CATEGORIES, ids=tuple(rows))


def test_bag_by_bag_is_the_same_as_all_at_once():
    first = hf.fit(hf.Pooled(hf.Beta(1, 5)), bags(A=[12, 7]))
    second = hf.fit(hf.Pooled(first.as_prior()), bags(B=[9, 8]))
    both = hf.fit(hf.Pooled(hf.Beta(1, 5)), bags(A=[12, 7], B=[9, 8]))
    assert second.posterior == both.posterior
    assert first.log_evidence.value + second.log_evidence.value == pytest.approx(
        both.log_evidence.value, abs=1e-10
    )


@pytest.mark.parametrize("kind", [hf.Pooled, hf.Separate])
def test_a_bag_seen_before_is_named(kind):
    prior = hf.fit(hf.Pooled(), bags(A=[12, 7], B=[9, 8])).as_prior()
    with pytest.raises(hf.DataUsedTwice, match="already seen bag 'B'") as caught:
        hf.fit(kind(prior), bags(C=[1, 2], B=[9, 8]))
    assert caught.value.bags == ("B",)


def test_it_is_remembered_over_several_steps():
    prior = hf.fit(hf.Pooled(), bags(A=[12, 7])).as_prior()
    for name in "BCD":
        prior = hf.fit(hf.Pooled(prior), bags(**{name: [3, 4]})).as_prior()
    with pytest.raises(hf.DataUsedTwice, match="'A'"):
        hf.fit(hf.Pooled(prior), bags(A=[12, 7]))


def test_the_order_of_the_categories_does_not_hide_a_bag():
    prior = hf.fit(hf.Pooled(), bags(A=[12, 7])).as_prior()
    turned = hf.Counts([[7, 12]], categories=("brown", "blue"), ids=("A",))
    with pytest.raises(hf.DataUsedTwice):
        hf.fit(hf.Pooled(prior), turned)


def test_the_same_counts_under_another_id_and_other_counts_under_the_same_id_are_other_bags():
    prior = hf.fit(hf.Pooled(), bags(A=[12, 7])).as_prior()
    assert hf.fit(hf.Pooled(prior), bags(B=[12, 7], A=[11, 7])).data.n_items == 37


def test_bags_without_ids_cannot_be_told_apart_and_the_fit_says_so():
    nameless = hf.Counts([[12, 7]], categories=CATEGORIES)
    fit = hf.fit(hf.Pooled(), nameless)
    assert any("no ids" in note for note in fit.verdict.notes)
    again = hf.fit(hf.Pooled(fit.as_prior()), nameless)
    assert again.data.seen.nameless == 2
    assert not any("no ids" in note for note in hf.fit(hf.Pooled(), bags(A=[12, 7])).verdict.notes)


def test_no_more_than_a_million_bags_are_remembered(monkeypatch):
    monkeypatch.setattr("handful.data.fingerprints.MOST_REMEMBERED", 2)
    seen = hf.fit(hf.Pooled(), bags(A=[1, 2], B=[2, 2], C=[3, 2])).data.seen
    assert (len(seen.fingerprints), seen.nameless) == (2, 1)


def test_a_separate_fit_is_no_prior():
    with pytest.raises(hf.NoPrior, match="take one bag's posterior") as caught:
        hf.fit(hf.Separate(), bags(A=[12, 7])).as_prior()
    assert "Fit a pooled model" in caught.value.cure


@pytest.mark.parametrize("prior", [hf.Beta(1, 5), hf.Density.normal(0.3, 0.1)], ids=["exact", "quadrature"])
@pytest.mark.parametrize("others", [("yellow", "not yellow"), ("not blue", "blue")])
def test_what_was_learnt_of_one_category_is_no_prior_for_another(prior, others):
    blue = hf.Counts([[12, 7]], categories=("blue", "not blue"), ids=("A",))
    learnt = hf.fit(hf.Pooled(prior), blue).as_prior()
    with pytest.raises(hf.ParameterError, match="was learnt of blue and not blue, but the data have"):
        hf.fit(hf.Pooled(learnt), hf.Counts([[3, 4]], categories=others, ids=("B",)))
