"""Alerts by e-mail; a password never travels in clear to another machine."""

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from urllib.parse import SplitResult, unquote, urlsplit

from churn.lifecycle.alerting.channel import Undelivered, near, quoted
from churn.lifecycle.alerting.message import Message

PORTS = {"smtp": 25, "smtps": 465}
LONGEST_SUBJECT, LONGEST_LINE = 200, 250


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail server, from whom, to whom; `url` is smtp://name:password@host:port or smtps://."""

    url: str = field(repr=False)
    sender: str
    receivers: tuple[str, ...]
    name: str = "mail"

    def send(self, message: Message, seconds: float) -> None:
        """Send one message to all receivers. Raises Undelivered."""
        place = urlsplit(self.url)
        try:
            with _connected(place, seconds) as server:
                _prove(server, place)
                refused = server.send_message(self._letter(message))
        except smtplib.SMTPResponseException as fault:
            said = fault.smtp_error if isinstance(fault.smtp_error, bytes) else str(fault.smtp_error).encode()
            raise Undelivered(
                f"the mail server {place.hostname} answered {fault.smtp_code}: {quoted(said, self.url)}"
            ) from fault
        except smtplib.SMTPRecipientsRefused as fault:
            raise Undelivered(
                f"the mail server {place.hostname} takes none of {len(self.receivers)} receivers"
            ) from fault
        except TimeoutError as fault:
            raise Undelivered(f"the mail server {place.hostname} did not answer within {seconds:g} s") from fault
        except (smtplib.SMTPException, OSError) as fault:
            raise Undelivered(f"the mail server {place.hostname} cannot be used: {type(fault).__name__}") from fault
        if refused:
            raise Undelivered(f"the mail server {place.hostname} does not take {', '.join(sorted(refused))}")

    def _letter(self, message: Message) -> EmailMessage:
        """Write the letter; all that one alert brings is one thread, and no robot answers it."""
        letter = EmailMessage(SMTP.clone(max_line_length=LONGEST_LINE))
        letter["Subject"] = message.title[:LONGEST_SUBJECT]
        letter["From"], letter["To"] = self.sender, ", ".join(self.receivers)
        letter["Date"] = formatdate()
        thread = f"{message.alert['id']}@churn"
        letter["Message-ID"] = f"<{message.id}@churn>"
        letter["References"], letter["Auto-Submitted"] = f"<{thread}>", "auto-generated"
        letter.set_content(message.text)
        return letter


def _connected(place: SplitResult, seconds: float) -> smtplib.SMTP:
    host, port = place.hostname or "", place.port or PORTS[place.scheme]
    if place.scheme == "smtps":
        return smtplib.SMTP_SSL(host, port, timeout=seconds, context=ssl.create_default_context())
    return smtplib.SMTP(host, port, timeout=seconds)


def _prove(server: smtplib.SMTP, place: SplitResult) -> None:
    """Switch to TLS where it is offered, and say who we are where that is wanted. Raises Undelivered."""
    server.ehlo()
    safe = place.scheme == "smtps" or near(place.hostname or "")
    if place.scheme == "smtp" and server.has_extn("starttls"):
        server.starttls(context=ssl.create_default_context())
        server.ehlo()
        safe = True
    if place.username:
        if not safe:
            raise Undelivered(f"the mail server {place.hostname} offers no TLS, so no password is sent; use smtps://")
        server.login(unquote(place.username), unquote(place.password or ""))
