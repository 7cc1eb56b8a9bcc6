"""What a change of model would do to the customers: who changes tier, whose revenue moves, who flips; as it is told."""

from pydantic import BaseModel, ConfigDict

CALLED = 0.2
"""The call list is this share of the customers, those most likely to leave."""


class Move(BaseModel):
    """The customers of one tier under the champion who are in one tier under the challenger."""

    model_config = ConfigDict(frozen=True)

    champion: str
    challenger: str
    customers: int
    monthly_revenue: float


class Flip(BaseModel):
    """One of the customers whose probability changes most; `row` counts from 0 in the table that was scored.

    No id stands here: this is kept in the registry and shown to whoever may see versions.
    """

    model_config = ConfigDict(frozen=True)

    row: int
    customer: dict[str, str | float]
    monthly_revenue: float
    champion: float
    challenger: float
    champion_tier: str
    challenger_tier: str
    left: bool

    @property
    def words(self) -> str:
        """Tell it as a line of text."""
        known = (f"{value:g}" if isinstance(value, float) else value for value in self.customer.values())
        told = ", ".join(f"{name} {value}" for name, value in zip(self.customer, known, strict=True))
        came = "left" if self.left else "stayed"
        tiers = f"{self.champion_tier} -> {self.challenger_tier}"
        return f"row {self.row}: {self.champion:.3f} -> {self.challenger:.3f} ({tiers}, {came}) {told}"


class Migration(BaseModel):
    """Where customers would go; revenue is a month's, in the contract's currency."""

    model_config = ConfigDict(frozen=True)

    rows: int
    monthly_revenue: float
    moved_customers: int
    moved_revenue: float
    called: int
    called_by_both: int
    moves: list[Move]
    flips: list[Flip]

    @property
    def words(self) -> str:
        """Tell it as lines of text."""
        return "\n".join([*self._headline(), *self._table(), *self._flipping()])

    def _headline(self) -> list[str]:
        customers = f"{self.moved_customers:,} of {self.rows:,} ({_share(self.moved_customers, self.rows)})"
        share = _share(self.moved_revenue, self.monthly_revenue)
        return [
            f"  change tier: {customers} customers",
            f"  with them move: {self.moved_revenue:,.0f} of {self.monthly_revenue:,.0f} a month ({share})",
            f"  stay on the call list ({CALLED:.0%} of all): {self.called_by_both:,} of {self.called:,}",
        ]

    def _table(self) -> list[str]:
        head = f"  {'champion':<12} {'challenger':<12} {'customers':>9} {'a month':>12}"
        lines = [
            f"  {one.champion:<12} {one.challenger:<12} {one.customers:>9,} {one.monthly_revenue:>12,.0f}"
            for one in self.moves
        ]
        return [head, *lines]

    def _flipping(self) -> list[str]:
        return [f"  {one.words}" for one in self.flips]


def _share(part: float, whole: float) -> str:
    return f"{part / whole:.1%}" if whole else "none"
