"""Letters go out as they are meant, to nobody else, and over connections that are to be trusted."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path

import pytest
from tests.access.mailbox import mail_server
from tests.certificates import certify

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


def test_starttls_is_spoken_with_a_server_whose_certificate_is_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = certify(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.certificate, certificate.key)
    authority = tmp_path / "authority.pem"
    authority.write_text(certificate.authority)
    with mail_server(tls=context, user=("giljabi", "secret")) as box:
        secure = server(box.port, security="starttls", user="giljabi", password="secret")
        with pytest.raises(SourceUnavailable, match="does not answer as it should"):
            secure.send(LETTER)
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
        with pytest.raises(BadParameter, match="user name"):
            server(box.port, security="starttls", user="giljabi", password="wrong").send(LETTER)
        secure.send(LETTER)
    assert box.encrypted == [True]


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
