# %% [markdown]
# # 6. Pool the class, and the rest of the bag
#
# **The question.** One bag says little. What do all bags of the class say together, and what would a bag of ten pounds hold?

# %%
import numpy as np

import handful as hf
from handful import course

print(course.start("teal-otter"))
four = hf.read_counts("four.csv")
course.show(hf.plot_bags(four))

# %% [markdown]
# ## One bag after another
#
# Four students, four bags (made up, and easy to follow; real ones come below). If all bags are filled from one mix, their candies may be thrown together. Begin with the prior Beta(1, 5), which thinks of six colours, and add one bag after the
# other: today's posterior is tomorrow's prior.

# %%
blue = four.collapse("blue")
belief = hf.Beta(1, 5)
steps = {"before": belief}
for bag, (k, others) in zip(blue.bags, blue.table, strict=True):
    belief = belief.condition(successes=int(k), trials=int(k + others)).posterior
    steps[f"after {bag}"] = belief
    low, high = belief.interval(mass=0.95).parts[0]
    print(f"after bag {bag}: {belief}, mean {belief.mean:.3f}, 95 % (equal-tailed) {low:.3f} to {high:.3f}")

# %%
course.show(hf.plot_priors(steps, category="blue"))

# %% [markdown]
# ### Exercise 06.1
# All at once: the class has counted 50 blues among 220. Which Beta comes out of the prior Beta(1, 5)? Give `[a, b]`. (Bag A is your own, and it is among the four.)

# %%
# exercise 06.1
# blank: pooled
### BEGIN SOLUTION
pooled = [1 + 50, 5 + (220 - 50)]
### END SOLUTION
pooled

# %%
course.check("06.1", pooled)

# %% [markdown]
# <details><summary>Hint</summary>
#
# The last line of the loop above is the same.
#
# </details>

# %% [markdown]
# The order of the bags does not matter, nor whether they come one by one or together. And the evidence of all bags is the product of the evidences on the way, each bag foretold from those before
# it:

# %%
for order in ([0, 1, 2, 3], [3, 1, 0, 2]):
    belief, log_evidence = hf.Beta(1, 5), 0.0
    for place in order:
        k, others = blue.table[place]
        found = belief.condition(successes=int(k), trials=int(k + others))
        belief, log_evidence = found.posterior, log_evidence + found.log_evidence
    print("".join("ABCD"[place] for place in order), belief, f"log evidence {log_evidence:.6f}")
together = hf.fit(hf.Pooled(hf.Beta(1, 5)), blue)
print("all ", together.posterior, f"log evidence {together.log_evidence.value:.6f}")

# %% [markdown]
# ### Exercise 06.2
# What is the share of blue among all that the class has counted?

# %%
# exercise 06.2
# blank: share
### BEGIN SOLUTION
share = 50 / 220
### END SOLUTION
share

# %%
course.check("06.2", share)

# %% [markdown]
# <details><summary>Hint</summary>
#
# All blues over all pieces. Averaging the bags' shares would be the same here, where all bags hold 55; with unequal bags it would give the small ones too much weight.
#
# </details>

# %% [markdown]
# ## The handful and the ten-pound bag
#
# There are large bags, too. Say one holds 5,000 candies, and our 220 were a handful out of it. How many of all 5,000 are blue? The 50 that were seen are certain. For the other 4,780 there are two
# reasons not to know: the mix is not known exactly, and even if it were, they would vary.

# %% [markdown]
# ### Exercise 06.3
# With a posterior Beta($a$, $b$), and a bag of `total` pieces of which `seen` are counted: how many blues do you *expect* among those not counted yet? Write the function
# `expected_rest(a, b, total, seen)`.


# %%
# exercise 06.3
# blank: expected_rest
### BEGIN SOLUTION
def expected_rest(a, b, total, seen):
    return (total - seen) * a / (a + b)


### END SOLUTION

# %%
course.check("06.3", expected_rest)

# %% [markdown]
# <details><summary>Hint</summary>
#
# How many pieces are left? Each of them is blue with the posterior's mean.
#
# </details>

# %%
if course.done(expected_rest):
    print(
        f"expected among the rest: {expected_rest(51, 175, 5000, 220):.1f}, and with the 50 that were seen: {50 + expected_rest(51, 175, 5000, 220):.1f}"
    )
hf.predict(together, total=5000, seen=blue)

# %% [markdown]
# The distribution of the rest is called *beta-binomial*: a binomial whose share is not known. And if the whole bag were known, say 1,136 blues of 5,000, the handful of 220 would be *hypergeometric*: the bag runs out of blues.
# A fresh bag of 55 from the same mix:

# %%
hf.predict(together, size=55)

# %% [markdown]
# ## Binomial or Poisson?
#
# Another way to think: blues fall into a bag like raindrops, at a rate of so many for each candy. Then their number is a *Poisson* variable, $k \sim \text{Poisson}(N\rho)$, and nothing keeps it below $N$. Which of the two do
# four bags prefer? Compare their evidences, of the same counts given the same totals. (The prior of the rate, Gamma(3, 6), has the mean and the variance of the flat Beta(1, 1).)

# %%
comparison = hf.compare([hf.Pooled(hf.Beta(1, 1)), hf.Poisson()], blue)
comparison

# %% [markdown]
# ### Exercise 06.4
# Which answer do four bags give: `"binomial"`, `"poisson"` or `"they cannot be told apart"`?

# %%
# exercise 06.4
# blank: answer
### BEGIN SOLUTION
answer = "they cannot be told apart"
### END SOLUTION
answer

# %%
course.check("06.4", answer)

# %% [markdown]
# <details><summary>Hint</summary>
#
# Is the probability of either model more than three times that of the other?
#
# </details>

# %% [markdown]
# What tells them apart is the variance: $Nq(1-q)$ for the binomial, $N\rho$ for the Poisson, a quarter more at $q = 0.2$. To see a quarter takes many bags. Simulated from the binomial:

# %%
rng = np.random.default_rng(6)
for n_bags in (4, 30, 300, 3000):
    k = rng.binomial(55, 0.2, size=n_bags)
    many = hf.Counts(np.column_stack([k, 55 - k]), categories=["blue", "not blue"])
    found = hf.compare([hf.Pooled(hf.Beta(1, 1)), hf.Poisson()], many)
    told = {row.spec: row.probability for row in found.models}
    print(f"{n_bags:5} bags: binomial {told['pooled']:.3f}, Poisson {told['poisson']:.3f}")

# %% [markdown]
# ## Real packs
#
# 48 packs of M&M's, a whole case, were counted by Josh Madison in 2007. Pool them, and ask again:

# %%
case = hf.read_counts("data:mms-2007").collapse("blue")
pooled_case = hf.fit(hf.Pooled(hf.Beta(1, 5)), case)
low, high = pooled_case.posterior.interval(mass=0.95).parts[0]
print(
    f"{case.table[:, 0].sum():,} blues among {case.totals.sum():,}: mean {pooled_case.posterior.mean:.3f}, 95 % (equal-tailed) {low:.3f} to {high:.3f}"
)
hf.compare([hf.Pooled(hf.Beta(1, 1)), hf.Poisson()], case)

# %%
course.show(
    hf.plot_update(
        hf.Beta(1, 5), successes=int(case.table[:, 0].sum()), trials=int(case.totals.sum()), category="blue"
    )
)

# %% [markdown]
# Real packs do what the simulated ones did: 48 of them cannot tell, either.

# %% [markdown]
# ## To discuss
# 1. You have counted bag A yourself. May you take the class's posterior as your prior, and then add your own bag?
# 2. What must be true of the bags for pooling to be right? How would you notice that it is not?
# 3. The interval after four bags is narrower than after one. By which factor, and why not by four?
# 4. Would you buy the ten-pound bag for a recipe that needs 1,000 blues?

# %% [markdown] tags=["instructor"]
# **For the teacher.** (1) No: it is in there already; handful refuses it if the bag has a name. (2) One mix for all; if bags differ more than counting alone makes them (lesson 9), the interval is too narrow. (3) By about two: the
# error falls with the square root of the number of pieces. (4) P(at least 1,000) is about 0.83 (the table above: 1,129 are expected, give or take 136).

# %% [markdown]
# ## References
# - Andrew Gelman et al. (2013), *Bayesian Data Analysis*, third edition, chapters 2 and 7.
# - Josh Madison (2007), the case of 48 packs: see the source that `handful datasets` names.
# - Norman L. Johnson, Adrienne W. Kemp & Samuel Kotz (2005), *Univariate Discrete Distributions*, third edition, Wiley: beta-binomial and hypergeometric.
