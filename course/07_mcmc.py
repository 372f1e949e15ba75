# %% [markdown]
# # 7. When it cannot be written down: chains
#
# **The question.** So far a formula has given the posterior. What if there is none: fifty unknowns, an odd prior, a curve with two peaks?

# %%
import math

import numpy as np

import handful as hf
from handful import course, mcmc

print(course.start("teal-otter"))


def log_posterior(q):
    """Beta(2, 8) and 12 blue among 55, but for a constant that nobody needs."""
    if not 0 < q < 1:
        return -math.inf
    return 13 * math.log(q) + 50 * math.log(1 - q)


exact = hf.Beta(14, 51)  # we know it here, to see whether what follows is right

# %% [markdown]
# Only the product of prior and likelihood is needed, and only its logarithm, since products of small numbers end in 0. The constant below the fraction, the evidence,
# is what makes trouble in general, and none of the methods of this lesson asks for it.
#
# ## The top: an optimiser
#
# The quickest answer is the place where the curve is highest, its *mode*.

# %% [markdown]
# ### Exercise 07.1
# Where is the peak of this posterior? (On a grid of a thousand shares, or with pencil and paper.)

# %%
# exercise 07.1
# blank: peak
### BEGIN SOLUTION
grid = (np.arange(1000) + 0.5) / 1000
peak = float(grid[np.argmax([log_posterior(q) for q in grid])])
### END SOLUTION
peak

# %%
course.check("07.1", peak)

# %% [markdown]
# <details><summary>Hint</summary>
#
# <code>max(grid, key=log_posterior)</code>.
#
# </details>

# %% [markdown]
# A peak says nothing of how wide it is, and there may be another one. Look at this curve, with peaks at 0.2 and 0.8: a third of the probability is left, two thirds right.
# An optimiser that begins at 0.1 reports 0.2, finds it perfectly flat there, and is content.


# %%
def log_two_peaks(q):
    left = math.log(1 / 3) - 0.5 * ((q - 0.2) / 0.05) ** 2
    right = math.log(2 / 3) - 0.5 * ((q - 0.8) / 0.05) ** 2
    return float(np.logaddexp(left, right))


def climbed(q, step=0.01):
    """Uphill in small steps, until neither side is higher."""
    while True:
        best = max((q - step, q, q + step), key=log_two_peaks)
        if best == q:
            return round(q, 3)
        q = best


print("from 0.1:", climbed(0.1), "  from 0.6:", climbed(0.6))

# %% [markdown]
# ## Everywhere: a grid
#
# With one unknown a grid is all one needs: a thousand shares, a thousand heights, done. With two, a thousand times a thousand. A grid of a mere 100 points along each axis, at
# a microsecond a point:

# %%
rows = []
for dims in (1, 2, 3, 5, 10, 50):
    seconds = 100.0**dims * 1e-6
    told = f"{seconds:.4g} s" if seconds < 1e5 else f"{seconds / 31_557_600:.3g} years"
    rows.append(f"{dims:3d} unknowns  {100.0**dims:8.0e} points  {told}")
print("\n".join(rows))

# %% [markdown]
# ### Exercise 07.2
# How many years does the grid in 50 dimensions take? (A year has 365.25 days.) The universe is about $1.4 \times 10^{10}$ years old (Planck Collaboration 2020).

# %%
# exercise 07.2
# blank: years
### BEGIN SOLUTION
years = 100.0**50 * 1e-6 / (365.25 * 24 * 3600)
### END SOLUTION
years

# %%
course.check("07.2", years)

# %% [markdown]
# <details><summary>Hint</summary>
#
# 100 to the power of 50 points, a millionth of a second each, then into years.
#
# </details>

# %% [markdown]
# Nearly all of these points lie where the posterior is practically 0. Better to go only where there is something: to walk.
#
# ## A walk: Metropolis by hand
#
# You stand somewhere. *Propose* a step to a place nearby. If it is higher there, go. If it is lower, go with the probability $p(\text{there})/p(\text{here})$, and stay otherwise. Write
# down where you are, *also when you have stayed*. That is the whole algorithm, of 1953, and its places are draws from the posterior.

# %% [markdown]
# ### Exercise 07.3
# Given the logarithms of the densities here and there: with which probability do you go? Write the function `chance(log_here, log_there)`.


# %%
# exercise 07.3
# blank: chance
### BEGIN SOLUTION
def chance(log_here, log_there):
    return min(1.0, math.exp(min(log_there - log_here, 0.0)))


### END SOLUTION

# %%
course.check("07.3", chance)

# %% [markdown]
# <details><summary>Hint</summary>
#
# exp of the difference, and 1 at most. To keep exp from overflowing, take the smaller of the difference and 0 first.
#
# </details>

# %% [markdown]
# ### Exercise 07.4
# And with `luck`, a random number between 0 and 1: where are you next, `there` or `here`? Write the function `next_place(here, there, log_here, log_there, luck)`; use the
# one before.


# %%
# exercise 07.4
# blank: next_place
### BEGIN SOLUTION
def next_place(here, there, log_here, log_there, luck):
    return there if luck < chance(log_here, log_there) else here


### END SOLUTION

# %%
course.check("07.4", next_place)

# %% [markdown]
# <details><summary>Hint</summary>
#
# A random number lies below 0.3 with probability 0.3.
#
# </details>

# %%
if course.done(chance, next_place):
    rng = np.random.default_rng(7)
    mine = []
    for begin in (0.1, 0.3, 0.5, 0.7):
        place, walk = begin, []
        for _ in range(4000):
            proposal = place + 0.1 * rng.standard_normal()
            place = next_place(place, proposal, log_posterior(place), log_posterior(proposal), rng.random())
            walk.append(place)
        mine.append(walk[200:])  # the first steps still remember where it began
    yours = mcmc.Chains.of(
        mine,
        names=["q"],
        acceptance=[float(np.mean(np.diff(walk) != 0)) for walk in mine],
        sampler="metropolis",
    )
    health = hf.diagnose(yours)
    print(health)
    off = abs(health.quantities[0].mean - exact.mean) / health.quantities[0].mcse
    print(f"\nYour mean is {off:.1f} of its own errors away from the exact {exact.mean:.4f}.")
else:
    print("waits for exercises 07.3 and 07.4")

# %% [markdown]
# The table says: the *mean* and *sd* of your draws; *mcse*, by how much that mean may be off; *ess*, how many independent draws yours are worth (the mean, and the ends); *R-hat*, how
# far your four chains disagree, 1 if they do not.
#
# handful has the same walk, as an object that can be watched step by step:

# %%
walker = mcmc.Metropolis(log_posterior, step=0.1)
film = hf.animate_walk(walker, start=0.5, n_steps=40, rng=7)
film

# %%
chains = mcmc.run(walker, starts=[0.1, 0.3, 0.5, 0.7], n_draws=4000, warmup=200, names=["q"], rng=7)
course.show(hf.plot_histogram(chains, "q", exact=exact))

# %%
course.show(hf.plot_walk(chains, "q", log_density=log_posterior, most=60))

# %% [markdown]
# ## Can it be trusted?
#
# A chain always gives an answer. Four looks at it: does it wander (draw by draw)? Has the mean settled? How long does it remember? And do several chains, begun far apart, agree
# (R-hat near 1)? `hf.diagnose` looks for you and says what it sees. First with steps that are far too small:

# %%
timid = mcmc.run(
    mcmc.Metropolis(log_posterior, step=0.004), starts=[0.1, 0.3, 0.5, 0.7], n_draws=1000, names=["q"], rng=7
)
hf.diagnose(timid)

# %%
course.show(hf.plot_chains(timid, "q"))

# %%
course.show(hf.plot_autocorrelation(timid, "q", most=200))

# %% [markdown]
# And the good one:

# %%
hf.diagnose(chains)

# %%
course.show(hf.plot_running_mean(chains, "q", exact=exact.mean))

# %% [markdown]
# The curve with two peaks is harder. With a small step each chain stays in the peak where it began, and from *one* chain you would never know. Two chains that were begun far apart give it away:

# %%
stuck = mcmc.run(
    mcmc.Metropolis(log_two_peaks, step=0.03), starts=[0.1, 0.9], n_draws=3000, names=["q"], rng=7
)
hf.diagnose(stuck)

# %%
course.show(hf.plot_chains(stuck, "q"))

# %%
leaping = mcmc.run(
    mcmc.Metropolis(log_two_peaks, step=0.6), starts=[0.1, 0.9], n_draws=3000, names=["q"], rng=7
)
print(
    f"In the right peak with large steps: {np.mean(leaping.flat('q') > 0.5):.2f} (two thirds would be right); accepted {leaping.acceptance.mean():.0%}"
)

# %% [markdown]
# ## Two ways to walk better
#
# *Hamiltonian Monte Carlo* kicks a ball, and lets it roll along the slope: each move goes far and is accepted all the same. *Gibbs sampling* draws one unknown after the other from its
# distribution given all the rest, where that is known; nothing is rejected. For two factories (lesson 10) that is: which factory filled each bag, given the recipes; the recipes, given which bags are whose. Here the recipes are known, and the share of the factories is not; the bags are four that are made up, and the three real ones of 2019:

# %%
roller = mcmc.Hamiltonian(log_posterior, step=0.04, n_leaps=2)

rolled = mcmc.run(roller, starts=[0.1, 0.2, 0.3, 0.4], n_draws=1000, warmup=100, names=["q"], rng=7)
found = hf.diagnose(rolled).quantities[0]
print(
    f"Hamiltonian: 4,000 draws are worth {found.ess_bulk:,.0f} independent ones; Metropolis: 16,000 are worth {hf.diagnose(chains).quantities[0].ess_bulk:,.0f}."
)

# %%
recipes = hf.read_recipes("data:mms-recipes-2017")
tennessee = recipes.components.index("TN") + 1  # chains number the factories from 1
for name in ("four.csv", "data:mms-2019"):
    counts = hf.read_counts(name)
    two = mcmc.gibbs(hf.Mixture(recipes=recipes), counts, n_draws=2000, rng=7)
    for bag in counts.bags:
        of_bag = np.mean(two.flat(f"assignments[{bag}]") == tennessee)
        print(f"{name}, bag {bag}: Tennessee with probability {of_bag:.2f}")

# %% [markdown]
# ## To discuss
# 1. Why must a rejected step be written down once more? What would the histogram look like without it?
# 2. All chains agree, R-hat is 1.000. Is the answer right?
# 3. How would you choose the step if you could try some? Which part of the steps should be accepted?
# 4. When would you take a formula, when a grid, when a chain?

# %% [markdown] tags=["instructor"]
# **For the teacher.** (1) Low places would be too frequent: the time spent at a place is its probability. (2) Not surely: all may sit in the same wrong peak; begun by chance in a curve with two peaks of
# 90 and 10 %, four chains land together two times in three. (3) About 44 % in one dimension, 23 % in many (Roberts & Rosenthal 2001). (4) In this order, as long as each is possible: handful does.

# %% [markdown]
# ## References
# - Nicholas Metropolis, Arianna Rosenbluth, Marshall Rosenbluth, Augusta Teller & Edward Teller (1953), Equation of state calculations by fast computing machines, *Journal of Chemical Physics* 21:1087.
# - Planck Collaboration (2020), Planck 2018 results VI: cosmological parameters, *Astronomy & Astrophysics* 641:A6: the age of the universe.
# - Radford Neal (2011), MCMC using Hamiltonian dynamics, in *Handbook of Markov Chain Monte Carlo*, chapter 5.
# - Aki Vehtari et al. (2021), Rank-normalization, folding, and localization: an improved R-hat, *Bayesian Analysis* 16:667.
# - The recipes of 2017 and the bags of 2019: see the sources that `handful datasets` names.
# - Gareth Roberts & Jeffrey Rosenthal (2001), Optimal scaling for various Metropolis–Hastings algorithms, *Statistical Science* 16:351.
