"""What a report cites, as people read it and as BibTeX."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from handful.version import VERSION


@dataclass(frozen=True, slots=True)
class Reference:
    """A work that is cited.

    Parameters
    ----------
    key : str
        By which it is cited.
    kind : str
        BibTeX's word for what it is: article, software.
    fields : tuple of (str, str)
        BibTeX's fields, in their order.

    Examples
    --------
    >>> print(REFERENCES["mosimann1962"].text[:30])
    Mosimann, James E. (1962). On
    """

    key: str
    kind: str
    fields: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        """As a line."""
        has = dict(self.fields)
        place = " ".join(part for part in (has.get("journal", ""), _place(has)) if part)
        end = f" {place}." if place else ""
        version = f", version {has['version']}" if "version" in has else ""
        year = f" ({has['year']})" if "year" in has else ""
        return f"{has['author'].strip('{}')}{year}. {has['title']}{version}.{end}"

    @property
    def bibtex(self) -> str:
        """As an entry of a .bib file."""
        lines = "".join(f"  {name} = {{{value}}},\n" for name, value in self.fields)
        return f"@{self.kind}{{{self.key},\n{lines}}}"


def _place(has: dict[str, str]) -> str:
    pages = f":{has['pages']}" if "pages" in has else ""
    return f"{has.get('volume', '')}{pages}"


def _article(key: str, author: str, *, year: int, title: str, journal: str, place: str) -> Reference:
    volume, _, pages = place.partition(":")
    fields = {
        "author": author,
        "title": title,
        "journal": journal,
        "year": str(year),
        "volume": volume,
        "pages": pages,
    }
    return Reference(key, "article", tuple(fields.items()))


REFERENCES = {
    one.key: one
    for one in (
        Reference(
            "handful",
            "software",
            (
                ("author", "{The handful developers}"),
                ("title", "handful: Bayesian inference for counts in categories"),
                ("version", VERSION),
            ),
        ),
        _article(
            "kass1995",
            "Kass, Robert E. and Raftery, Adrian E.",
            year=1995,
            title="Bayes factors",
            journal="Journal of the American Statistical Association",
            place="90:773-795",
        ),
        _article(
            "mosimann1962",
            "Mosimann, James E.",
            year=1962,
            title="On the compound multinomial distribution, the multivariate beta-distribution, and correlations "
            "among proportions",
            journal="Biometrika",
            place="49:65-82",
        ),
        _article(
            "gelman1996",
            "Gelman, Andrew and Meng, Xiao-Li and Stern, Hal",
            year=1996,
            title="Posterior predictive assessment of model fitness via realized discrepancies",
            journal="Statistica Sinica",
            place="6:733-807",
        ),
        _article(
            "vehtari2017",
            "Vehtari, Aki and Gelman, Andrew and Gabry, Jonah",
            year=2017,
            title="Practical Bayesian model evaluation using leave-one-out cross-validation and WAIC",
            journal="Statistics and Computing",
            place="27:1413-1432",
        ),
        _article(
            "vehtari2024",
            "Vehtari, Aki and Simpson, Daniel and Gelman, Andrew and Yao, Yuling and Gabry, Jonah",
            year=2024,
            title="Pareto smoothed importance sampling",
            journal="Journal of Machine Learning Research",
            place="25:1-58",
        ),
        _article(
            "delmoral2006",
            "Del Moral, Pierre and Doucet, Arnaud and Jasra, Ajay",
            year=2006,
            title="Sequential Monte Carlo samplers",
            journal="Journal of the Royal Statistical Society: Series B",
            place="68:411-436",
        ),
        _article(
            "kallioinen2024",
            "Kallioinen, Noa and Paananen, Topi and Bürkner, Paul-Christian and Vehtari, Aki",
            year=2024,
            title="Detecting and diagnosing prior and likelihood sensitivity with power-scaling",
            journal="Statistics and Computing",
            place="34:57",
        ),
    )
}
"""By key."""

OF_ENGINES = {"laplace": ("vehtari2024",), "smc": ("delmoral2006",)}
OF_MODELS = {"hierarchical": ("mosimann1962",), "overdispersed": ("mosimann1962",)}


OF_PARTS = {
    "comparison": "kass1995",
    "statistics": "gelman1996",
    "left_out": "vehtari2017",
    "sensitivity": "kallioinen2024",
}


def cited(engines: set[str], models: set[str], *, parts: Collection[str]) -> list[Reference]:
    """The works behind what a report holds, in the order of their authors, handful itself first.

    Parameters
    ----------
    engines, models : set of str
        The names of the engines, and the words of the models' specs.
    parts : collection of str
        What else was done: 'comparison', 'statistics', 'left_out', 'sensitivity'.
    """
    keys = {key for engine in engines for key in OF_ENGINES.get(engine, ())}
    keys |= {key for spec in models for word in spec.split(":") for key in OF_MODELS.get(word, ())}
    keys |= {OF_PARTS[part] for part in parts}
    return [REFERENCES["handful"], *(REFERENCES[key] for key in sorted(keys))]
