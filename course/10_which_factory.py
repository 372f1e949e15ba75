# %% [markdown]
# # 10. Two factories: which one filled this bag?
#
# **The question.** Two factories, two recipes, a bag without a label. Where does it come from? And if not even the recipes are known: how many factories are there?

# %%
import numpy as np

import handful as hf
from handful import course

print(course.start("teal-otter"))
recipes = hf.read_recipes("data:mms-recipes-2017")
four = hf.read_counts("four.csv")
shares = dict(zip(recipes.components, recipes.over(four.categories), strict=True))
for name, row in shares.items():
    print(name, dict(zip(four.categories, map(float, row), strict=True)))

# %% [markdown]
# ## Known recipes
#
# Bag A holds 12 blue, 7 brown, 9 green, 11 orange, 8 red and 8 yellow. Under either recipe its probability is multinomial; the number of orders is the same for both and drops out of the ratio. What is left are powers of six ratios, best added up as logarithms:
#
# $$\log \frac{p(k \mid \text{TN})}{p(k \mid \text{NJ})} = \sum_c k_c \log \frac{q^{\text{TN}}_c}{q^{\text{NJ}}_c}.$$

# %% [markdown]
# ### Exercise 10.1
# What are the log odds of Tennessee against New Jersey for bag A?

# %%
# exercise 10.1
# blank: log_odds
### BEGIN SOLUTION
log_odds = round(float(np.sum(four.table[0] * np.log(shares["TN"] / shares["NJ"]))), 6)
### END SOLUTION
log_odds

# %%
course.check("10.1", log_odds)

# %% [markdown]
# <details><summary>Hint</summary>
#
# <code>four.table[0]</code> has the six counts of bag A, and <code>shares["TN"]</code> the six shares.
#
# </details>

# %% [markdown]
# ### Exercise 10.2
# And the probability of Tennessee, if before looking a share `share` of all bags come from there? Write the function `tennessee(counts, share)`, of six counts and that share.


# %%
# exercise 10.2
# blank: tennessee
### BEGIN SOLUTION
def tennessee(counts, share):
    odds = share / (1 - share) * np.exp(np.sum(np.array(counts) * np.log(shares["TN"] / shares["NJ"])))
    return float(odds / (1 + odds))


### END SOLUTION

# %%
course.check("10.2", tennessee)

# %% [markdown]
# <details><summary>Hint</summary>
#
# Odds before times odds of the bag are the odds after; from odds o to a probability: o/(1 + o).
#
# </details>

# %% [markdown]
# handful does it for all four bags at once; first with as many bags from either factory, then with an unknown share $\theta$, of which all bags together tell a little:

# %%
half = hf.fit(hf.Mixture(recipes=recipes, weights=hf.Fixed([0.5, 0.5])), four)
unknown = hf.fit(hf.Mixture(recipes=recipes, weights=hf.Beta(1, 1)), four)
print(f"{'bag':4} {'share 1/2':>10} {'unknown':>10}")
first, second = hf.assign(half), hf.assign(unknown)
place = first.components.index("TN")
for bag, with_half, with_unknown in zip(
    four.bags, first.probabilities[:, place], second.probabilities[:, place], strict=True
):
    print(f"{bag:4} {with_half:10.6f} {with_unknown:10.6f}")

# %%
course.show(hf.plot_assignments(unknown))

# %% [markdown]
# ## Refusing
#
# Bag A is from Tennessee with probability 0.58. Whoever writes "TN" on it is wrong in 42 of 100 such cases.

# %% [markdown]
# ### Exercise 10.3
# Write the function `label(probability)` of the probability of Tennessee, which gives a label only where it is sure: `"TN"` above 0.9, `"NJ"` below 0.1, and `"cannot tell"` between.


# %%
# exercise 10.3
# blank: label
### BEGIN SOLUTION
def label(probability):
    if probability > 0.9:
        return "TN"
    return "NJ" if probability < 0.1 else "cannot tell"


### END SOLUTION

# %%
course.check("10.3", label)

# %% [markdown]
# <details><summary>Hint</summary>
#
# Two thresholds, three answers.
#
# </details>

# %%
if course.done(label):
    for bag, chance in zip(four.bags, second.probabilities[:, place], strict=True):
        print(bag, label(chance))
else:
    print("waits for exercise 10.3")

# %% [markdown]
# How often could *anybody* be right about bags of 55 from these two recipes? Simulate many bags from each, and let the one who knows everything judge. Count how often the more probable factory is the true one:

# %%
rng = np.random.default_rng(10)
against = np.log(shares["TN"] / shares["NJ"])
right = np.concatenate(
    [
        (rng.multinomial(55, shares["TN"], size=200_000) @ against > 0),
        (rng.multinomial(55, shares["NJ"], size=200_000) @ against < 0),
    ]
)
print(f"a 55-candy bag is right about {right.mean():.0%} of the time at best")

# %% [markdown]
# ## Three bags with a label
#
# The three bags of 2019 say Cleveland, Tennessee, on their backs. What do their colours say?

# %%
bags = hf.read_counts("data:mms-2019")
judged = hf.fit(hf.Mixture(recipes=recipes, weights=hf.Fixed([0.5, 0.5])), bags)
together = float(
    bags.table.sum(axis=0) @ np.log(recipes.over(bags.categories)[0] / recipes.over(bags.categories)[1])
)
print(
    f"All three from Hackettstown, New Jersey, against all three from Tennessee: {np.exp(together):.0f} to 1"
)
hf.assign(judged)

# %% [markdown]
# They speak for the other factory. Either the labels were read wrongly, or the recipes of 2017 no longer held in 2019. The odds only say which of *these two recipes* fits better; neither need be right.
#
# ## Unknown recipes
#
# Now forget the recipes. Bags come from two unknown factories; their recipes, the share $\theta$ of each and the origin $z_b$ of every bag are to be found all at once: a *mixture*. Then something curious happens.

# %% [markdown]
# ### Exercise 10.4
# Somebody tells you everything about the two factories, but calls yours "1" his "2", and the other way round. The two descriptions fit the bags equally well. How many such labellings are there with two factories, yours included?

# %%
# exercise 10.4
# blank: labellings
### BEGIN SOLUTION
labellings = 2
### END SOLUTION
labellings

# %%
course.check("10.4", labellings)

# %% [markdown]
# <details><summary>Hint</summary>
#
# In how many orders can two names be written?
#
# </details>

# %% [markdown]
# So the posterior has (at least) two peaks, mirror images of one another, and "the recipe of factory 1" means nothing until something names it: a known recipe, a labelled bag, or a convention (handful calls the one with the larger weight 1). What does not depend on
# names can always be asked: *are these two bags from the same factory?* Here are 200 simulated bags from two recipes that are easier to tell apart than those of 2017:

# %%
true = np.array([[0.34, 0.12, 0.08, 0.24, 0.12, 0.10], [0.14, 0.12, 0.28, 0.16, 0.12, 0.18]])
origin = rng.integers(0, 2, size=200)
table = np.array([rng.multinomial(55, true[one]) for one in origin])
many = hf.Counts(table, categories=four.categories)
two = hf.fit(hf.Mixture(2), many, rng=10)
print(two.reason)
two.verdict

# %%
course.show(hf.plot_components(two))

# %%
course.show(hf.plot_same_source(two))

# %%
chosen = hf.assign(two).probabilities.argmax(axis=1)
agree = max(np.mean(chosen == origin), np.mean(chosen != origin))
print(f"{agree:.0%} of the 200 bags are with their true companions")

# %% [markdown]
# Even where recipes are published, names are not safe. If you believe in the two recipes of 2017 only about as firmly as in 50 candies each, then the swapped labelling (the one that mixes like Tennessee is called New Jersey) keeps a share of the posterior, however many bags there are. How large?

# %%
strength, prior = 50.0, 1.0
concentration = {name: prior + strength * row for name, row in shares.items()}
mode = {name: row for name, row in shares.items()}  # very many bags show the recipes themselves


def log_density(row, a):
    return float(np.sum((a - 1) * np.log(row)))


straight = log_density(mode["NJ"], concentration["NJ"]) + log_density(mode["TN"], concentration["TN"])
swapped = log_density(mode["TN"], concentration["NJ"]) + log_density(mode["NJ"], concentration["TN"])
print(
    f"odds exp({swapped - straight:.2f}): the swapped labelling has {1 / (1 + np.exp(straight - swapped)):.0%}"
)

# %% [markdown]
# ## How many factories?
#
# Compare the evidences of one, two and three.

# %%
over_k = hf.compare([hf.Mixture(k) for k in (1, 2, 3)], many, rng=10)
course.show(hf.plot_evidence(over_k))

# %%
over_k

# %% [markdown]
# ## Three models that are called hierarchical
#
# Lesson 9 gave every bag its own recipe. Here a few recipes are shared by many bags. And both at once is possible: a few factories whose bags vary around their recipe. All three are called "hierarchical" somewhere. Which of them made the 200 bags?

# %%
readings = hf.compare([hf.Hierarchical(), hf.Mixture(2), hf.Mixture(2, overdispersed=True)], many, rng=10)
readings

# %%
course.show(hf.plot_comparison(readings))

# %% [markdown]
# ## Can these bags tell?
#
# And now honestly: thirty bags from the two recipes of 2017, and nobody tells the recipes.

# %%
origin = rng.integers(0, 2, size=30)
thirty = hf.Counts(
    np.array([rng.multinomial(55, list(shares.values())[one]) for one in origin]), categories=four.categories
)
found = hf.fit(hf.Mixture(2), thirty, rng=10)
for note in found.verdict.notes:
    print("-", note)

# %% [markdown]
# The computation is in order (`verdict.ok`), and the answer is that the bags cannot tell. That is an answer, too.

# %%
print("verdict ok:", found.verdict.ok)
hf.compare([hf.Mixture(k) for k in (1, 2)], thirty, rng=10)

# %% [markdown]
# ## To discuss
# 1. A friend relabels all bags after looking at the result, so that it looks tidy. Is that allowed?
# 2. How many candies would a bag have to hold for you to be right in 95 of 100 cases?
# 3. Two samplers report the same recipe for factory 1, four others a different one. All say R-hat 1.00 each by itself. What happened?
# 4. When would you rather say "every bag has its own recipe" than "there are several factories"?

# %% [markdown] tags=["instructor"]
# **For the teacher.** (1) For display, yes, if it is said; any statement must survive the swap. (2) The log odds grow with N, their spread with its root: about 210 (write 210 for 55 in the simulation above). (3) They sit in different labellings; only what has no labels can be
# compared. (4) When the evidence prefers it; often it is a matter of what can be done about it: a factory can be called, drift must be controlled.

# %% [markdown]
# ## References
# - Matthew Stephens (2000), Dealing with label switching in mixture models, *Journal of the Royal Statistical Society B* 62:795.
# - Jean Diebolt & Christian Robert (1994), Estimation of finite mixture distributions through Bayesian sampling, *Journal of the Royal Statistical Society B* 56:363.
# - Ian Holmes, Keith Harris & Christopher Quince (2012), Dirichlet multinomial mixtures, *PLoS ONE* 7:e30126.
# - The recipes of 2017 and the bags of 2019: see the sources that `handful datasets` names.
