"""What a campaign came to, and what one is expected to bring."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query

from churn.lifecycle import curve as added
from churn.lifecycle.uplift import Arm, Uplift, money, uplift
from churn.services.api.needs import Known
from churn.services.api.problems import Refusal
from churn.services.api.reading import allowed, ask
from churn.services.api.remembered import Memory
from churn.services.api.schemas.campaign import CampaignAsked, CampaignTold, Side
from churn.services.api.schemas.curve import Assumed, Curve, CurveAsked
from churn.services.api.schemas.told import iso, micro
from churn.services.api.state import State
from churn.stores.ledger import entries
from churn.stores.ledger.queries import portfolio
from churn.stores.ledger.queries.campaign import Drive, arms
from churn.stores.ledger.queries.cells import DAY
from churn.stores.ledger.queries.curve import there

router = APIRouter(tags=["Campaign"])

DAYS = 90


@router.get("/campaign", summary="What the contacts came to, against those held out")
async def campaign(known: Known, asked: Annotated[CampaignAsked, Query()]) -> CampaignTold:
    """Compare churn among the contacted with churn among the held-out, on mature outcomes alone.

    A customer counts in the arm of the first contact. The comparison holds as far as the held-out were chosen by chance
    among those who would have been called, as GET /call-list draws them, and both arms were noted alike. Money follows
    from the saves that were measured and from the assumptions told beside it; an effect that cannot be measured yet is
    null.
    """
    engine, now = known.served.engine, entries.now()
    until = micro(asked.until) if asked.until else now
    since = micro(asked.since) if asked.since else until - DAYS * DAY
    if since >= until:
        raise Refusal(422, "since lies before until")
    horizon = engine.campaign.horizon_days
    found = await ask(known, arms, Drive(since, until, now, horizon, allowed(known, asked.purpose)))
    contacted, held_out = (_arm(name, found[name]) for name in ("contacted", "held_out"))
    effect = uplift(contacted, held_out)
    return CampaignTold(
        since=iso(since),
        until=iso(until),
        horizon_days=horizon,
        contacted=_side(found["contacted"], contacted),
        held_out=_side(found["held_out"], held_out),
        crossed=found["crossed"]["customers"],
        words=effect.words + _spoilt(found["crossed"]["customers"]),
        reduction=effect.reduction,
        saved=effect.saved,
        **_money(known, effect, found["contacted"]),
    )


@router.get("/campaign/curve", summary="What offers above each threshold are expected to bring")
async def profit_by_threshold(known: Known, memory: Memory, asked: Annotated[CurveAsked, Query()]) -> Curve:
    """Work out the expected profit of offers to everybody above each threshold, from what is assumed.

    Over everybody's last known score; who has left is not in it, and whoever must be left in peace is. Nothing here is
    measured: GET /campaign tells what calls came to. Where there are so many customers that reading them takes long,
    news may wait some seconds.
    """
    engine, purpose = known.served.engine, allowed(known, asked.purpose)
    given = asked.model_dump(exclude={"purpose"}, exclude_none=True)
    terms = engine.campaign.model_copy(update=given)

    async def gather() -> added.Crowd:
        rows = await known.ledger.read(there, purpose)
        return await asyncio.to_thread(added.Crowd.of, rows)

    crowd = await memory.get(("crowd", purpose), await ask(known, portfolio.mark, purpose), gather)
    found = await asyncio.to_thread(added.curve, crowd, engine.threshold, terms)
    return Curve(**found, assumptions=Assumed(**terms.model_dump(include=set(Assumed.model_fields))))


def _spoilt(crossed: int) -> str:
    said = f"; {crossed} of the held-out were called within the horizon all the same, which hides part of the effect"
    return said if crossed else ""


def _money(known: State, effect: Uplift, found: dict[str, Any]) -> dict[str, Any]:
    """Value the saves: each brings the months ahead; each contact costs, and stayers took each offer once."""
    terms = known.served.engine.campaign
    monthly = found["monthly"]
    spent = found["calls"] * terms.contact + found["offers_taken"] * terms.offer
    assumed = terms.model_dump(include={"months", "margin", "offer", "contact"})
    told: dict[str, Any] = {"spent": spent, "money": None, "assumptions": assumed | {"monthly": monthly}}
    if effect.saved is not None and monthly is not None:
        told["money"] = money(effect.saved, terms.margin * terms.months * monthly, spent)
    return told


def _arm(name: str, found: dict[str, Any]) -> Arm:
    words = name.replace("_", "-")
    return Arm(words, found["customers"], found["known"], found["churned"], found["monthly"] or 0.0)


def _side(found: dict[str, Any], arm: Arm) -> Side:
    return Side(**found, churn_rate=arm.rate)
