# %% [markdown]
# # 5. The posterior, the evidence, and why the data are used once
#
# **The question.** The bag is open: 12 of 55 candies are blue. You had believed in Beta(2, 8). What should you think now?

# %%
import numpy as np

import handful as hf
from handful import course

print(course.start("teal-otter"))

# %% [markdown]
# ## Counting goes on
#
# Prior times likelihood: $q^{a-1}(1-q)^{b-1} \times q^{k}(1-q)^{n-k}$. The exponents add up, and what comes out is a Beta again. So the candies that you had in mind
# and the candies that you have counted lie in one heap.

# %% [markdown]
# ### Exercise 05.1
# A prior Beta($a$, $b$) and $k$ blues in $n$ make which Beta? Write the function `updated(a, b, k, n)`, which gives `[a, b]` of the posterior.


# %%
# exercise 05.1
# blank: updated
### BEGIN SOLUTION
def updated(a, b, k, n):
    return [a + k, b + n - k]


### END SOLUTION

# %%
course.check("05.1", updated)

# %% [markdown]
# <details><summary>Hint</summary>
#
# The blues go to a, all others to b.
#
# </details>

# %%
prior = hf.Beta(2, 8)
posterior = prior.condition(successes=12, trials=55).posterior
print(posterior)
course.show(hf.plot_update(prior, successes=12, trials=55, category="blue"))

# %% [markdown]
# ### Exercise 05.2
# What is the mean of this posterior?

# %%
# exercise 05.2
# blank: mean
### BEGIN SOLUTION
mean = 14 / (14 + 51)
### END SOLUTION
mean

# %%
course.check("05.2", mean)

# %% [markdown]
# <details><summary>Hint</summary>
#
# The mean of a Beta is a/(a + b).
#
# </details>

# %% [markdown]
# The mean lies between the prior's, 0.2, and the share in the bag, 12/55 = 0.218, nearer to the one that has more candies. And how sure are you? An
# interval that holds 95 % says it. There are two customs: cut off 2.5 % at either end (*equal-tailed*), or take the shortest (*highest density*). Say which.

# %%
for kind in ("eti", "hdi"):
    low, high = posterior.interval(mass=0.95, kind=kind).parts[0]
    print(f"{kind}: {low:.3f} to {high:.3f}")
print(f"mean {posterior.mean:.4f}, mode {posterior.mode:.4f}")

# %% [markdown]
# ## The evidence
#
# Below the fraction of Bayes' rule stands the **evidence**, $p(k \mid n)$: how probable was this outcome, *before* the bag was opened, for somebody with your prior? It
# is the mean of the likelihood over the prior. With a Beta prior it can be written down:
#
# $$p(k \mid n) = \binom{n}{k} \frac{B(a+k,\; b+n-k)}{B(a, b)},$$
#
# with the Beta function $B(a,b) = \Gamma(a)\Gamma(b)/\Gamma(a+b)$; `scipy.special.betaln` is its logarithm.

# %% [markdown]
# ### Exercise 05.3
# Write it as the function `evidence(a, b, k, n)`.

# %%
# exercise 05.3
# blank: evidence
### BEGIN SOLUTION
from math import comb, exp

from scipy.special import betaln


def evidence(a, b, k, n):
    return comb(n, k) * exp(betaln(a + k, b + n - k) - betaln(a, b))


### END SOLUTION

# %%
course.check("05.3", evidence)

# %% [markdown]
# <details><summary>Hint</summary>
#
# Take the difference of two logarithms of the Beta function first, then <code>math.exp</code>, then the coefficient.
#
# </details>

# %% [markdown]
# The evidence depends on the prior: that is its use. Several people had said what they think *before* (lesson 4). Who foretold the bag best?

# %%
people = {
    "knows nothing": hf.Beta(1, 1),
    "thinks of six colours": hf.Beta(1, 5),
    "has counted before": hf.Beta(2, 8),
    "sure of 0.5": hf.Beta(50, 50),
    "sure of 0.2": hf.Beta(20, 80),
}
for name, one in people.items():
    found = one.condition(successes=12, trials=55)
    low, high = found.posterior.interval(mass=0.95).parts[0]
    print(
        f"{name:22} p(12 of 55) = {np.exp(found.log_evidence):.4f}   posterior mean {found.posterior.mean:.3f}, "
        f"95 % (equal-tailed) {low:.3f} to {high:.3f}"
    )

# %% [markdown]
# Two things are to be seen. The obstinate one, sure of 0.5, foretold the bag worst by far. And all the others, whatever they thought, end up near one another: that
# is *sensitivity*, and it is small here (below: what each of them thinks *after* the bag). A prior may be changed to see what would have come out; but it is no longer *the* prior then, and its evidence
# proves nothing: whoever shoots first and draws the target afterwards always hits.

# %%
after = {name: one.condition(successes=12, trials=55).posterior for name, one in people.items()}
course.show(hf.plot_priors(after, category="blue"))

# %% [markdown]
# ## Once
#
# A second bag is opened: 12 of 55 again. Today's posterior is tomorrow's prior.

# %% [markdown]
# ### Exercise 05.4
# From the posterior after the first bag, which Beta comes out after the second one? Give `[a, b]`.

# %%
# exercise 05.4
# blank: after_two
### BEGIN SOLUTION
after_two = [14 + 12, 51 + 43]
### END SOLUTION
after_two

# %%
course.check("05.4", after_two)

# %% [markdown]
# <details><summary>Hint</summary>
#
# Exercise 05.1 once more, with Beta(14, 51) as the prior.
#
# </details>

# %% [markdown]
# But suppose that it was the *same* bag, and you have not noticed. Then your curve is too narrow, and you are too sure of yourself. Bags that have names, handful
# remembers:

# %%
bag = hf.Counts([[12, 43]], categories=["blue", "not blue"], ids=["mine"])
first = hf.fit(hf.Pooled(hf.Beta(2, 8)), bag)
try:
    hf.fit(hf.Pooled(first.as_prior()), bag)
except hf.DataUsedTwice as refusal:
    print("Refused:", refusal)

# %% [markdown]
# ## Three real bags
#
# Here are the three bags of 2019 (lesson 1), one after the other: each posterior is the prior of the next bag.

# %%
belief = prior
for bag, (k, others) in enumerate(hf.read_counts("data:mms-2019").collapse("blue").table, 1):
    found = belief.condition(successes=int(k), trials=int(k + others))
    belief = found.posterior
    low, high = belief.interval(mass=0.95).parts[0]
    print(
        f"bag {bag}: {k} of {k + others} blue, foretold with {np.exp(found.log_evidence):.4f}; now {belief}, "
        f"mean {belief.mean:.3f}, 95 % (equal-tailed) {low:.3f} to {high:.3f}"
    )

# %% [markdown]
# ## Six colours, four bags
#
# All of this goes on with more colours and more bags, as lessons 6 and 8 show. The file `four.csv` beside this notebook holds four bags as a class might count them (they
# are made up, bag A among them is the one above). Under one recipe for all, and a flat prior, it looks like this.

# %%
four = hf.read_counts("four.csv")
together = hf.fit(hf.Pooled(), four)
hf.summary(together)

# %%
print(f"log evidence {together.log_evidence.value:.6f}")
course.show(hf.plot_proportions(together))

# %% [markdown]
# ## To discuss
# 1. Your neighbour's prior was Beta(20, 80), yours Beta(1, 1). After how many bags would you agree to the second digit?
# 2. "The evidence of my model is 0.04. That is tiny, so the model is bad." Is it?
# 3. Why is it no cheating to use today's posterior as tomorrow's prior, and cheating to use it as the prior for today's data?
# 4. Which of the two intervals would you print in a newspaper?

# %% [markdown] tags=["instructor"]
# **For the teacher.** (1) When the candies counted far outnumber the 100 in mind: some ten bags. (2) Of 56 outcomes one has 1/56 on the average; only ratios of
# evidences of the same data mean anything. (3) The rule multiplies likelihoods of *different* data; the same one twice is no second witness. (4) Either, if it says
# its kind; the equal-tailed one does not change if somebody looks at q² or log q instead.

# %% [markdown]
# ## References
# - Harold Jeffreys (1939), *Theory of Probability*, Oxford: the evidence as a judge of hypotheses.
# - Andrew Gelman et al. (2013), *Bayesian Data Analysis*, third edition, chapter 2.
# - The bags of 2019: see the source that `handful datasets` names.
