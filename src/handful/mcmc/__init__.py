"""Markov chain Monte Carlo to be watched: samplers for any log density, each on a screen, for those who learn how.

A fit chooses its own engine and needs none of this. Here the walk itself is the subject: propose, accept, look at the
chain, ask whether it can be trusted (``handful.diagnose``).
"""

from handful.mcmc.chains import Chains
from handful.mcmc.hamiltonian import Hamiltonian
from handful.mcmc.metropolis import Metropolis
from handful.mcmc.mixture_chains import gibbs
from handful.mcmc.place import Place
from handful.mcmc.run import run

__all__ = ["Chains", "Hamiltonian", "Metropolis", "Place", "gibbs", "run"]
