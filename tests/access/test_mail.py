"""Letters go out as they are meant, to nobody else, and over connections that are to be trusted."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path
from typing import Any

import pytest
from tests.access.mailbox import mail_server
from tests.certificates import Certificate, certify

from giljabi.access import Letter, MailServer, normal_email, write_letter
from giljabi.model.errors import BadParameter, SourceUnavailable

SENDER = "길잡이 <giljabi@example.com>"
LETTER = write_letter("invitation", "jun@example.com", "https://g.example.com/join#abc", "ko", "민아")


def server(port: int, **more: object) -> MailServer:
    return MailServer(host="127.0.0.1", port=port, sender=SENDER, **{"security": "none", **more})  # type: ignore[arg-type]


def test_a_letter_arrives_in_korean_as_text_and_as_html() -> None:
    with mail_server() as box:
        server(box.port).send(LETTER)
    mail = box.mails[0]
    assert box.recipients == ["jun@example.com"]
    assert mail["subject"] == "민아 님이 길잡이에 초대했어요"
    assert mail["from"].addresses[0].display_name == "길잡이"
    assert mail["from"].addresses[0].addr_spec == "giljabi@example.com"
    assert mail["auto-submitted"] == "auto-generated"
    assert mail["message-id"].endswith("@example.com>")
    assert "https://g.example.com/join#abc" in box.text
    assert 'href="https://g.example.com/join#abc"' in box.html


def test_names_can_neither_add_headers_nor_html() -> None:
    evil = 'Eve\r\nBcc: all@example.com\r\n\r\n<script>alert("1")</script>'
    with mail_server() as box:
        server(box.port).send(write_letter("invitation", "jun@example.com", "https://g/join#abc", "en", evil))
    mail = box.mails[0]
    assert mail["bcc"] is None
    assert box.recipients == ["jun@example.com"]
    assert "<script>" not in box.html
    assert "&lt;script&gt;" in box.html


@pytest.mark.parametrize(
    "address",
    [
        "jun@example.com\nBcc: all@example.com",
        "jun@example.com, all@example.com",
        "jun",
        "@",
        "a" * 300 + "@b.c",
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(BadParameter):
        normal_email(address)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (" Mina.Kim@Example.COM ", "Mina.Kim@example.com"),
        ("민아@예시.kr", "민아@예시.kr"),
        ("mina@intranet", "mina@intranet"),
        ("o'neil+cx@mail.example.co.kr", "o'neil+cx@mail.example.co.kr"),
    ],
)
def test_addresses_are_kept_in_one_form(written: str, kept: str) -> None:
    assert normal_email(written) == kept


@pytest.fixture
def certificate(tmp_path: Path) -> Certificate:
    return certify(tmp_path)


def at_home(certificate: Certificate) -> ssl.SSLContext:
    """Give what a server with a certificate needs."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.certificate, certificate.key)
    return context


def trust(certificate: Certificate, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have this process trust the authority of a certificate, as an operator would."""
    authority = folder / "authority.pem"
    authority.write_text(certificate.authority)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))


def test_starttls_is_spoken_with_a_server_whose_certificate_is_right(
    certificate: Certificate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mail_server(tls=at_home(certificate), user=("giljabi", "secret")) as box:
        secure = server(box.port, security="starttls", user="giljabi", password="secret")
        with pytest.raises(SourceUnavailable, match=r"certificate .* is not to be trusted"):
            secure.send(LETTER)
        trust(certificate, tmp_path, monkeypatch)
        with pytest.raises(BadParameter, match="user name"):
            server(box.port, security="starttls", user="giljabi", password="wrong").send(LETTER)
        secure.send(LETTER)
    assert box.encrypted == [True]


# aiosmtpd knows of the TLS that it is asked for by STARTTLS alone.
@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_tls_from_the_first_byte_is_spoken_with_a_server_whose_certificate_is_right(
    certificate: Certificate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trust(certificate, tmp_path, monkeypatch)
    with mail_server(at_once=at_home(certificate), user=("giljabi", "secret")) as box:
        with pytest.raises(BadParameter, match="user name"):
            server(box.port, security="tls", user="giljabi", password="wrong").send(LETTER)
        server(box.port, security="tls", user="giljabi", password="secret").send(LETTER)
    assert box.encrypted == [True]
    assert box.recipients == ["jun@example.com"]


def test_a_certificate_of_an_unknown_authority_ends_it_before_anything_is_said(
    certificate: Certificate,
) -> None:
    with mail_server(at_once=at_home(certificate)) as box, pytest.raises(SourceUnavailable) as told:
        server(box.port, security="tls").send(LETTER)
    assert str(told.value) == (
        "the certificate of the mail server 127.0.0.1 is not to be trusted: unable to get local issuer "
        "certificate"
    )
    assert box.mails == []


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_of_another_name_is_not_trusted(
    security: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = certify(tmp_path, "mail.example.com")
    trust(other, tmp_path, monkeypatch)
    how: dict[str, Any] = {"at_once" if security == "tls" else "tls": at_home(other)}
    wrong = pytest.raises(SourceUnavailable, match="certificate is not valid for '127")
    with mail_server(**how) as box, wrong:
        server(box.port, security=security).send(LETTER)
    assert box.mails == []


def test_a_server_that_does_not_begin_with_tls_is_told_apart() -> None:
    with (
        mail_server() as box,
        pytest.raises(SourceUnavailable, match="does not begin with TLS on port"),
    ):
        server(box.port, security="tls").send(LETTER)
    assert box.mails == []


def test_a_server_that_speaks_no_tls_gets_nothing_where_it_is_asked_for() -> None:
    with mail_server() as box, pytest.raises(SourceUnavailable):
        server(box.port, security="starttls").send(LETTER)
    assert box.mails == []


@pytest.mark.parametrize(
    ("answer", "error"), [("550 no such person", BadParameter), ("451 later", SourceUnavailable)]
)
def test_refusals_for_good_and_for_now_are_told_apart(answer: str, error: type[Exception]) -> None:
    with mail_server() as box:
        box.answer = answer
        with pytest.raises(error, match=answer[:3]):
            server(box.port).send(LETTER)


def test_a_server_that_is_not_there_is_unavailable() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(SourceUnavailable):
        server(port).send(Letter("jun@example.com", "s", "t", "h"))
