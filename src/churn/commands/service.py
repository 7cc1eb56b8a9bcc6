"""Commands about the service: `churn api | serve | dashboard | demo | sync | pin | unpin`."""

import os
from pathlib import Path
from typing import Annotated

import typer

from churn import settings
from churn.entrance import guarded
from churn.params.alerts import Alerts
from churn.params.register import Register
from churn.params.section import load

Once = Annotated[bool, typer.Option("--once", help="look a single time, and end")]
Follow = Annotated[bool, typer.Option("--sync/--no-sync", help="without: a `churn sync` elsewhere brings models here")]
Why = Annotated[str, typer.Option(help="the reason; it is shown and kept")]
Number = Annotated[int, typer.Argument(min=1, help="the version; `churn versions` lists them")]
ApiPort = Annotated[int, typer.Option(min=1, max=65535)]
Below = Annotated[str, typer.Option("--path", help="the path of its pages, where something before it strips none")]
Host = Annotated[str, typer.Option(help="where to listen; 0.0.0.0 in a container, behind what asks who comes")]
DashboardPort = Annotated[int, typer.Option(min=1, max=65535)]
Demos = Annotated[Path, typer.Option("--from", help="the folder of demos")]
MlflowPort = Annotated[int, typer.Option(min=1, max=65535)]

DEMOS = Path(".churn/demo")

app = typer.Typer()


@app.command()
@guarded
def api(sync: Follow = True) -> None:
    """Serve the API, and follow the registry for it."""
    from churn.services import serve

    raise typer.Exit(serve.run(settings.read(), sync=sync))


@app.command()
@guarded
def serve(dashboard_port: DashboardPort = 8501, mlflow_port: MlflowPort = 5000) -> None:
    """Serve the API, the dashboard and MLflow's pages."""
    from churn.services import serve as service
    from churn.services.pages import Ports

    raise typer.Exit(service.run(settings.read(), Ports(dashboard_port, mlflow_port)))


@app.command()
@guarded
def dashboard(host: Host = "127.0.0.1", port: DashboardPort = 8501, path: Below = "") -> None:
    """Serve the dashboard alone, over the API that CHURN_API_URL names."""
    from churn.services.pages import streamlit

    words = streamlit(host, port, path)
    os.execv(words[0], words)  # noqa: S606  # nosec B606 our own words, in place of this process


@app.command()
@guarded
def demo(
    api_port: ApiPort = 8010, dashboard_port: DashboardPort = 8511, mlflow_port: MlflowPort = 5010, root: Demos = DEMOS
) -> None:
    """Serve the demo that `make demo-data` built: all of it simulated, nothing of production."""
    from churn.services.demo.show import show
    from churn.services.pages import Ports

    raise typer.Exit(show(api_port, Ports(dashboard_port, mlflow_port), root))


@app.command()
@guarded
def sync(once: Once = False) -> None:
    """Follow the registry for this host's workers."""
    from churn.services.sync import loop

    known, params = settings.read(), load(Register)
    if once:
        typer.echo(loop.once(known, params))
    else:
        loop.run(known, params, load(Alerts))


@app.command()
@guarded
def pin(version: Number, why: Why) -> None:
    """Let this host serve one version, whatever the alias says, until it is unpinned."""
    from churn.services.sync import loop

    known = settings.read()
    typer.echo(loop.request(known, load(Register), "pin", version=version, who=known.who, why=why))


@app.command()
@guarded
def unpin() -> None:
    """Let this host follow the alias again."""
    from churn.services.sync import loop

    known = settings.read()
    typer.echo(loop.request(known, load(Register), "unpin", who=known.who))
