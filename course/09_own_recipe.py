# %% [markdown]
# # 9. Every bag its own recipe
#
# **The question.** So far all bags were filled from one mix. But machines drift, and batches differ. Do bags differ *more* than counting alone makes them? And if they do, what is the recipe of one bag?

# %%
import numpy as np

import handful as hf
from handful import course

print(course.start("teal-otter"))

# %% [markdown]
# ## How much do bags differ by chance?
#
# Thirty bags of 55, all from one mix with a fifth of blue: their numbers of blues differ, of course.

# %% [markdown]
# ### Exercise 09.1
# What is the variance of the number of blues in a bag of 55 with a share of 0.2, if all bags come from one mix?

# %%
# exercise 09.1
# blank: by_chance
### BEGIN SOLUTION
by_chance = 55 * 0.2 * (1 - 0.2)
### END SOLUTION
by_chance

# %%
course.check("09.1", by_chance)

# %% [markdown]
# <details><summary>Hint</summary>
#
# The variance of a binomial: n q (1 − q).
#
# </details>

# %% [markdown]
# Now let every bag have a share of its own, drawn from a Beta with mean 0.2. How tightly the bags follow their common mean is the *precision* $\kappa$, the sum $a + b$: large means that they are alike. With $m$ the common mean the variance of the blues is
#
# $$N m (1 - m)\,\frac{\kappa + N}{\kappa + 1}.$$

# %% [markdown]
# ### Exercise 09.2
# Write it as the function `variance(n, q, precision)`: $n$ pieces, the common mean $q$.


# %%
# exercise 09.2
# blank: variance
### BEGIN SOLUTION
def variance(n, q, precision):
    return n * q * (1 - q) * (precision + n) / (precision + 1)


### END SOLUTION

# %%
course.check("09.2", variance)

# %% [markdown]
# <details><summary>Hint</summary>
#
# The binomial's variance times a factor, which is 1 for a single piece and goes to 1 for bags that are all alike.
#
# </details>

# %%
rng = np.random.default_rng(9)
for precision in (5, 50, 500):
    shares = rng.beta(0.2 * precision, 0.8 * precision, size=300_000)
    seen = rng.binomial(55, shares).var()
    formula = f"{variance(55, 0.2, precision):6.1f}" if course.done(variance) else "(waits for exercise 09.2)"
    print(f"precision {precision:4}: variance {seen:6.1f} simulated, {formula} by the formula")

# %% [markdown]
# ## Three ways to look at a bag
#
# *Pooled*: all bags have one recipe. *Separate*: each bag alone, as if there were no others. *Hierarchical*: each bag has its own recipe, and the recipes come from a common population, of which mean and precision are unknown as well. The
# third lies between the other two: if the precision is huge, all bags have one recipe; if it is near 0, a bag learns nothing from the others. It lets the bags themselves say how alike they are.

# %%
skittles = hf.read_counts("data:skittles")
population = hf.fit(hf.Hierarchical(), skittles, rng=9)
hf.summary(population)

# %% [markdown]
# 468 packs: do they vary more than counting alone makes them? Look at what was seen beside what counting alone would give, and at where the precision lies.

# %%
course.show(hf.plot_variation(population))

# %%
course.show(hf.plot_precision(population))

# %% [markdown]
# A little, it seems: most colours vary somewhat more than counting alone explains, and the precision has an upper end below the prior's. The last section asks how sure that is.
#
# ## The recipe of one bag
#
# Given the population, a bag's own share is a weighted mean: the bag counts with its $n$ pieces, the population with $\kappa$ pieces that nobody has seen.

# %% [markdown]
# ### Exercise 09.3
# A bag has $k$ blues among $n$. The population has mean `mean` and precision `precision`. What is the expected share of blue in the mix from which this bag was filled? Write the
# function `shrunk(k, n, mean, precision)`.


# %%
# exercise 09.3
# blank: shrunk
### BEGIN SOLUTION
def shrunk(k, n, mean, precision):
    return (precision * mean + k) / (precision + n)


### END SOLUTION

# %%
course.check("09.3", shrunk)

# %% [markdown]
# <details><summary>Hint</summary>
#
# It is lesson 5 with the prior Beta(κm, κ(1 − m)).
#
# </details>

# %% [markdown]
# ### Exercise 09.4
# With a precision of 50: what weight has the bag's own share in that mean, for a bag of 10 and for one of 50 pieces? Give the two weights, in this order.

# %%
# exercise 09.4
# blank: weights
### BEGIN SOLUTION
weights = [10 / (10 + 50), 50 / (50 + 50)]
### END SOLUTION
weights

# %%
course.check("09.4", weights)

# %% [markdown]
# <details><summary>Hint</summary>
#
# n of n + κ pieces are its own.
#
# </details>

# %% [markdown]
# So every bag is drawn towards the common mean, and the more so the fewer pieces it has: *shrinkage*. With small packages it is strong. 244 packages of fruit snacks, about 13 pieces each, counted by Karl Broman:

# %%
snacks = hf.fit(hf.Hierarchical(), hf.read_counts("data:fruit-snacks"), rng=9)
course.show(hf.plot_shrinkage(snacks, most=25))

# %% [markdown]
# ## Where bags do not differ
#
# If the bags vary no more than counting makes them, there is no upper end to the precision: 1,000 or a million, the bags cannot tell. Then only a *lower bound* can be given, never a mean; and how far it reaches depends on the prior. handful says so:

# %%
four = hf.fit(hf.Hierarchical(), hf.read_counts("four.csv"), rng=9)
for note in four.verdict.notes:
    print("-", note)

# %%
course.show(hf.plot_precision(four))

# %% [markdown]
# ## Which of the three?
#
# Ask the evidence.

# %%
for name in ("four.csv", "data:skittles", "data:fruit-snacks"):
    found = hf.compare([hf.Pooled(), hf.Separate(), hf.Hierarchical()], hf.read_counts(name), rng=9)
    told = ", ".join(f"{row.spec} {row.probability:.3f}" for row in found.models)
    print(f"{name:20} {told}")

# %% [markdown]
# Four bags give no reason to think of more than one mix. The packs of Skittles and of fruit snacks do, though not beyond doubt. *Separate* comes last each time: it has to learn every recipe from a single bag.

# %% [markdown]
# ## To discuss
# 1. A hospital has two births this week, both boys. What would you say of its share of boys, and why does the hierarchical model say nearly the same?
# 2. Why does separate nearly always lose, though it has the freest choice?
# 3. Somebody fits the pooled model to bags that differ. What becomes of the interval?
# 4. What would you look for in a factory if bags differ with a precision of 50?

# %% [markdown] tags=["instructor"]
# **For the teacher.** (1) Two pieces against a very large precision: the common share. (2) Its prior spreads its belief over all recipes in each bag anew; it pays for that freedom in every bag (Occam's factor). (3) Too narrow, by about the root of the variance ratio. (4) Drift in the
# mixing, clumps of one colour, different batches: the precision says how much, not why.

# %% [markdown]
# ## References
# - Bradley Efron & Carl Morris (1977), Stein's paradox in statistics, *Scientific American* 236(5):119.
# - J. G. Skellam (1948), A probability distribution derived from the binomial distribution by regarding the probability of success as variable between the sets of trials, *Journal of the Royal Statistical Society B* 10:257: the beta-binomial.
# - Andrew Gelman et al. (2013), *Bayesian Data Analysis*, third edition, chapter 5.
# - Skittles and fruit snacks: see the sources that `handful datasets` names.
