"""What settings alone give away."""

from __future__ import annotations

import importlib.util
import ipaddress
from collections.abc import Iterator, Mapping

from giljabi.bootstrap.doctor.finding import Finding, error, ok, warning
from giljabi.bootstrap.settings import Settings


def on_settings(settings: Settings, unknown: Mapping[str, str | None]) -> Iterator[Finding]:
    """Look at the settings.

    Parameters
    ----------
    settings
        As they were read.
    unknown
        Variables that name no setting, with what may be meant.
    """
    yield ok("settings", "Every setting is of its type.")
    for name, meant in unknown.items():
        advice = (
            f"Set {meant}, if that is meant."
            if meant
            else "Unset it; giljabi settings lists those there are."
        )
        yield warning("settings", f"The variable {name} is no setting and does nothing.", advice)
    yield from _doors(settings)
    yield from _proxies(settings)
    if settings.debug:
        yield (error if open_to_others(settings) else warning)(
            "debug",
            "Error pages tell what happened inside, parts of the code and its values.",
            "Unset GILJABI_DEBUG.",
        )
    if settings.metrics_port is not None and not is_own(settings.metrics_host):
        yield warning(
            "metrics",
            f"Whoever reaches {settings.metrics_host}:{settings.metrics_port} reads the metrics.",
            "Let only the monitoring reach that port, or unset it and use a token with the scope metrics.",
        )
    if settings.otel_endpoint and importlib.util.find_spec("opentelemetry") is None:
        yield error(
            "traces", "Traces are switched on, but OpenTelemetry is not installed.", "Install giljabi[otel]."
        )


def open_to_others(settings: Settings) -> bool:
    """Say whether other machines reach the server."""
    return not is_own(settings.host) or bool(settings.url and settings.url.startswith("https"))


def is_own(host: str) -> bool:
    """Say whether an address is one of this machine's own alone."""
    if host.strip("[]").lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _doors(settings: Settings) -> Iterator[Finding]:
    address, url = f"{settings.host}:{settings.port}", settings.url
    beyond = not is_own(settings.host)
    if settings.accounts == "none":
        yield (error if beyond else warning)(
            "accounts",
            "Nobody has to sign in"
            + (
                " at an address that other machines reach."
                if beyond
                else " on this machine, whoever uses it."
            ),
            "Unset GILJABI_ACCOUNTS, start giljabi up, and open the link it prints to make the owner.",
        )
    else:
        yield ok("accounts", "People sign in.")
    if beyond and url is None:
        yield warning(
            "address",
            f"Other machines reach {address}, and GILJABI_URL does not say under which name.",
            "Set GILJABI_URL to the https:// address people use; links in mails need it, and so do cookies.",
        )
    elif url is not None and url.startswith("http://") and not is_own(url[7:].rpartition(":")[0] or url[7:]):
        yield error(
            "address",
            f"People are to reach the app under {url}, where passwords can be read on the way.",
            "Put a proxy with a certificate before it and set GILJABI_URL to its https:// address.",
        )
    else:
        yield ok(
            "address", f"The app listens on {address}" + (f" and is reached under {url}." if url else ".")
        )


def _proxies(settings: Settings) -> Iterator[Finding]:
    wide = [one for one in settings.trusted_proxies if one == "*" or _is_everything(one)]
    if wide:
        yield error(
            "proxies",
            f"Everybody's X-Forwarded-For is believed ({', '.join(wide)}), so limits by address hold nobody.",
            "Set GILJABI_TRUSTED_PROXIES to the addresses of your proxies alone.",
        )
    elif open_to_others(settings) and is_own(settings.host) and not settings.trusted_proxies:
        yield warning(
            "proxies",
            "A proxy seems to stand before the app, but its X-Forwarded-For is not believed: everybody seems "
            "to come from one address.",
            "Set GILJABI_TRUSTED_PROXIES to the address of the proxy.",
        )


def _is_everything(network: str) -> bool:
    try:
        return ipaddress.ip_network(network, strict=False).prefixlen == 0
    except ValueError:
        return False
