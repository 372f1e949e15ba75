# %% [markdown]
# # 8. Six colours at once
#
# **The question.** Blue against the rest was easy. But a bag has six colours. What do we know of all six shares together, and is anything lost by looking at one of them alone?

# %%
import numpy as np

import handful as hf
from handful import course

print(course.start("teal-otter"))
four = hf.read_counts("four.csv")
four.categories

# %% [markdown]
# ## Shares that sum to 1
#
# A recipe is six shares, none below 0, which sum to 1. Figures that do not sum to 1 (but for the rounding of what was published) are no recipe, and handful refuses them rather than to mend them in silence: it cannot know which of them is the wrong one.

# %%
try:
    hf.Recipes({"somebody's": [0.2, 0.13, 0.15, 0.2, 0.15, 0.27]}, categories=four.categories)
except hf.HandfulError as refusal:
    print("Refused:", refusal)

# %% [markdown]
# ### Exercise 08.1
# How many numbers can be chosen freely in a recipe of six colours?

# %%
# exercise 08.1
# blank: free
### BEGIN SOLUTION
free = 6 - 1
### END SOLUTION
free

# %%
course.check("08.1", free)

# %% [markdown]
# <details><summary>Hint</summary>
#
# Choose five of them. What is left for the sixth?
#
# </details>

# %% [markdown]
# ## The multinomial
#
# The probability of a bag with counts $k_1, \dots, k_6$ is a product of powers once more, one for each colour, times the number of orders:
#
# $$p(k \mid q) = \frac{N!}{k_1! \cdots k_6!}\; q_1^{k_1} \cdots q_6^{k_6}.$$
#
# It is a probability *mass* (`pmf` in SciPy, no `pdf`): each outcome is a whole bag.

# %% [markdown]
# ### Exercise 08.2
# Write it as the function `multinomial(counts, shares)` of two lists.

# %%
# exercise 08.2
# blank: multinomial
### BEGIN SOLUTION
from math import factorial, prod


def multinomial(counts, shares):
    orders = factorial(sum(counts)) / prod(factorial(k) for k in counts)
    return orders * prod(q**k for q, k in zip(shares, counts, strict=True))


### END SOLUTION

# %%
course.check("08.2", multinomial)

# %% [markdown]
# <details><summary>Hint</summary>
#
# <code>math.factorial</code> and <code>math.prod</code>. With two colours it must be the binomial.
#
# </details>

# %% [markdown]
# ## The Dirichlet
#
# The prior that goes with it is the *Dirichlet*: as many numbers $a_c$ as colours, pieces that you have in mind. Its density is $\prod_c q_c^{a_c - 1}$, up to a constant, and it learns by counting on:
# $a_c$ becomes $a_c + k_c$. With three colours it can be drawn, on a triangle whose corners are the colours:

# %%
three = hf.Counts(four.table[:, :3], categories=four.categories[:3], ids=four.bags)
course.show(hf.plot_ternary(hf.Dirichlet([1 + 50, 1 + 27, 1 + 33], three.categories), counts=three))

# %% [markdown]
# ### Exercise 08.3
# The class has counted 50 blue, 27 brown, 33 green, 50 orange, 28 red and 32 yellow. With a flat prior, Dirichlet(1, 1, 1, 1, 1, 1), what is the posterior? Give its six numbers.

# %%
# exercise 08.3
# blank: posterior
### BEGIN SOLUTION
posterior = [1 + k for k in (50, 27, 33, 50, 28, 32)]
### END SOLUTION
posterior

# %%
course.check("08.3", posterior)

# %% [markdown]
# <details><summary>Hint</summary>
#
# Each colour gets its counts on top of what you had in mind.
#
# </details>

# %% [markdown]
# ## One colour alone
#
# Throw all other colours into one heap: their pieces add up. So the share of blue by itself has a Beta, and so does each of the others.

# %% [markdown]
# ### Exercise 08.4
# Which Beta does the share of blue have in this posterior? Give `[a, b]`.

# %%
# exercise 08.4
# blank: of_blue
### BEGIN SOLUTION
of_blue = [51, 28 + 34 + 51 + 29 + 33]
### END SOLUTION
of_blue

# %%
course.check("08.4", of_blue)

# %% [markdown]
# <details><summary>Hint</summary>
#
# What is not blue: add up the other five.
#
# </details>

# %% [markdown]
# Are the six curves right? Draw a million recipes from the posterior, and lay their histograms beside the exact margins.

# %%
fit = hf.fit(hf.Pooled(), four)
course.show(hf.plot_margins(fit, draws=1_000_000, rng=8))

# %% [markdown]
# A density should be drawn from its formula where there is one: a histogram of draws has its own wiggles, and the ends of a curve it never shows. What the six curves do *not* show is how the shares hang together: if blue has more, the others
# have less.

# %%
draws = fit.posterior.draw(200_000, rng=8)
correlation = np.corrcoef(draws.T)
for name, row in zip(four.categories, correlation, strict=True):
    print(f"{name:7}", "  ".join(f"{value:+.2f}" for value in row))

# %% [markdown]
# ## At the ends
#
# A Dirichlet with concentrations below 1 believes in extremes: nearly all of one colour. Its density is infinite at the ends of the line, though its area is 1. An arrow says so; nobody can draw it to the top.

# %%
course.show(
    hf.plot_pair([hf.Dirichlet([0.5, 0.5], ["blue", "not blue"]), hf.Dirichlet([2, 8], ["blue", "not blue"])])
)

# %% [markdown]
# ## Real packs
#
# 468 packs of Skittles in five colours, counted in 2019 by the author of the blog *Possibly Wrong*. So many pieces leave little to doubt, if all packs come from one mix. Do they? That is the next lesson.

# %%
skittles = hf.fit(hf.Pooled(), hf.read_counts("data:skittles"))
course.show(hf.plot_proportions(skittles))

# %% [markdown]
# ## To discuss
# 1. You only care for blue. Does it matter whether you count six colours or blue and the rest?
# 2. Is Dirichlet(1, ..., 1) flat for the share of blue? Compare it with Beta(1, 1) and Beta(1, 5).
# 3. A colour has never been seen in 220 pieces. Is its share 0?
# 4. Which of two recipes is nearer to a third: in differences of shares, or in ratios?

# %% [markdown] tags=["instructor"]
# **For the teacher.** (1) Not for the posterior of blue, if the priors agree: Dirichlet(1,1,1,1,1,1) and Beta(1, 5) do. (2) No: it is Beta(1, 5), mean 1/6. (3) No: Beta(1, 225), mean 0.004, and no bag can rule it out. (4) Both are used; ratios (Aitchison 1986)
# treat a change from 1 % to 2 % as large.

# %% [markdown]
# ## References
# - John Aitchison (1986), *The Statistical Analysis of Compositional Data*, Chapman and Hall.
# - Samuel Kotz, N. Balakrishnan & Norman L. Johnson (2000), *Continuous Multivariate Distributions*, second edition, Wiley, chapter 49: the Dirichlet.
# - The packs of Skittles: see the source that `handful datasets` names.
