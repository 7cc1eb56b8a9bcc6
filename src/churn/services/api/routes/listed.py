"""The routes for people and dashboards, in the order of the description."""

from fastapi import APIRouter

from churn.services.api.routes import (
    admin,
    alerts,
    calls,
    campaign,
    customers,
    experiments,
    feedback,
    history,
    model_info,
    monitoring,
    pipeline,
    portfolio,
    predictions,
    reports,
    trials,
    versions,
    watch,
)

ROUTERS: tuple[APIRouter, ...] = (
    predictions.router,
    feedback.router,
    customers.router,
    portfolio.router,
    calls.router,
    campaign.router,
    model_info.router,
    versions.router,
    experiments.router,
    trials.router,
    pipeline.router,  # before the reports, which take any name
    reports.router,
    history.router,
    monitoring.router,
    watch.router,
    alerts.router,
    admin.router,
)
