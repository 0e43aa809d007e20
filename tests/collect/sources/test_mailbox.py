"""Mails of a real IMAP server become what customers said, once, and are left as they were."""

from __future__ import annotations

import imaplib
import itertools
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from tests.certificates import Certificate, certify
from tests.outside import plug_here
from tests.servers import Server, free_port, program

from giljabi.collect.calls import Call
from giljabi.collect.door import Refused
from giljabi.model.errors import BadParameter, SourceUnavailable

SOURCE = "complaints"
PASSWORD = "sesame"

_USERS = itertools.count(1)


class Imap(Server):
    """A Dovecot of the tests' own: everybody has a mailbox, by the same password.

    Attributes
    ----------
    user
        Whose mailbox it is about.
    """

    user = "kim@shop.example"

    def __init__(self, folder: Path, certificate: Certificate | None = None) -> None:
        if os.geteuid() != 0:
            pytest.skip("dovecot gives up its rights to accounts of its own, which only root can let it do")
        port = free_port()
        self.folder, self.secure_port = folder, free_port() if certificate else 0
        folder.chmod(0o755)
        for part in ("run", "state", "mail"):
            (folder / part).mkdir()
        shutil.chown(folder / "mail", "mail", "mail")
        secured = (
            [
                "ssl = yes",
                f"ssl_cert = <{certificate.certificate}",
                f"ssl_key = <{certificate.key}",
            ]
            if certificate
            else ["ssl = no"]
        )
        listeners = f"""
            service imap-login {{
              inet_listener imap {{
                port = {port}
              }}
              inet_listener imaps {{
                port = {self.secure_port}
                ssl = yes
              }}
            }}"""
        configuration = [
            f"base_dir = {folder}/run",
            f"state_dir = {folder}/state",
            f"log_path = {folder}/dovecot.log",
            "protocols = imap",
            "listen = 127.0.0.1",
            "disable_plaintext_auth = no",
            *secured,
            f"mail_location = maildir:{folder}/mail/%u",
            "first_valid_uid = 1",
            "auth_failure_delay = 0",
            f"passdb {{\n driver = static\n args = password={PASSWORD}\n}}",
            f"userdb {{\n driver = static\n args = uid=mail gid=mail home={folder}/mail/%u\n}}",
            listeners,
            "",
        ]
        path = folder / "dovecot.conf"
        path.write_text("\n".join(configuration))
        super().__init__(
            [program("dovecot", "dovecot-imapd"), "-F", "-c", str(path)], port, folder / "said.log"
        )

    def append(self, *mails: EmailMessage | bytes, folder: str = "INBOX") -> None:
        """Lay mails into a folder."""
        arrived = imaplib.Time2Internaldate(1793581260)
        with self.client() as client:
            for mail in mails:
                body = mail if isinstance(mail, bytes) else mail.as_bytes(policy=policy.SMTP)
                state, said = client.append(folder, "", arrived, body)
                assert state == "OK", said

    def client(self) -> imaplib.IMAP4:
        """Give a connection of the user's own."""
        client = imaplib.IMAP4("127.0.0.1", self.port)
        client.login(self.user, PASSWORD)
        return client

    def flags(self) -> list[bytes]:
        """Give the flags of every mail in the inbox."""
        with self.client() as client:
            client.select("INBOX", readonly=True)
            _, told = client.fetch("1:*", "(FLAGS)")
            return [bytes(one) for one in told if isinstance(one, bytes)]


@pytest.fixture(scope="module")
def shared() -> Iterator[Imap]:
    with made_folder() as folder:
        server = Imap(folder)
        server.start()
        yield server
        server.stop()


@pytest.fixture
def imap(shared: Imap) -> Imap:
    """Give a server with a mailbox of this test's own."""
    shared.user = f"user{next(_USERS)}@shop.example"
    return shared


@pytest.fixture
def folder() -> Iterator[Path]:
    with made_folder() as made:
        yield made


@contextmanager
def made_folder() -> Iterator[Path]:
    # Short, for the names of sockets, and open to the account that mails belong to.
    made = Path(tempfile.mkdtemp(prefix="imap-"))
    yield made
    shutil.rmtree(made)


def settings(imap: Imap, **more: Any) -> dict[str, Any]:
    found = {"host": "127.0.0.1", "port": imap.port, "security": "plain", "user": imap.user}
    return {**found, "password": PASSWORD, **more}


def mail(number: int, text: str = "배송이 늦어요", **headers: str) -> EmailMessage:
    found = EmailMessage()
    given = {
        "From": "홍길동 <Hong@Customer.Example>",
        "To": "help@shop.example",
        "Subject": f"불만 {number}",
        "Date": "Mon, 02 Nov 2026 10:01:00 +0900",
        "Message-ID": f"<{number}@customer.example>",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    for name, value in given.items():
        if value:
            found[name] = value
    found.set_content(text)
    return found


def pulled(
    imap: Imap, cursor: dict[str, Any] | None = None, stop: Callable[[], bool] = lambda: False, **more: Any
) -> tuple[list[Call], list[Refused], dict[str, Any]]:
    calls: list[Call] = []
    refused: list[Refused] = []
    kept = cursor or {}
    for portion in plug_here("mailbox").pull(settings(imap, **more), kept, SOURCE, stop):
        calls += portion.calls
        refused += portion.refused
        kept = json.loads(json.dumps(portion.cursor))
        if portion.settled is not None:
            portion.settled()
    return calls, refused, kept


def texts(calls: list[Call]) -> list[Any]:
    return [one.properties["text"] for one in calls if one.type == "feedback"]


def test_a_mail_is_what_its_sender_said(imap: Imap) -> None:
    imap.append(mail(1))

    calls, refused, _ = pulled(imap)

    identify, said = calls
    assert (identify.type, said.type) == ("identify", "feedback")
    assert identify.traits == {"name": "홍길동", "email": "hong@customer.example"}
    assert said.identifiers == identify.identifiers == {"email": "hong@customer.example"}
    assert said.properties == {"kind": "text", "text": "불만 1\n\n배송이 늦어요", "touchpoint": "email"}
    assert said.time == 1793581260000
    assert said.message_id.startswith(f"{SOURCE}:")
    assert refused == []


def test_mails_are_taken_once_and_left_unread(imap: Imap) -> None:
    imap.append(mail(1))
    first, _, cursor = pulled(imap)
    # The same mail may lie there twice.
    imap.append(mail(2), mail(1))
    second, _, cursor = pulled(imap, cursor)
    third, _, _ = pulled(imap, cursor)

    assert [texts(one) for one in (first, second, third)] == [
        ["불만 1\n\n배송이 늦어요"],
        ["불만 2\n\n배송이 늦어요"],
        [],
    ]
    assert all(b"Seen" not in one for one in imap.flags())


def test_a_pull_goes_on_where_it_broke_off(imap: Imap) -> None:
    imap.append(*map(mail, range(120)))
    answers = iter([False, True])

    first, _, cursor = pulled(imap, stop=lambda: next(answers))
    second, _, _ = pulled(imap, cursor)

    assert len(texts(first)) == 50
    assert sorted(texts(first) + texts(second)) == sorted(
        f"불만 {one}\n\n배송이 늦어요" for one in range(120)
    )


def test_a_server_that_counts_anew_brings_nothing_twice(imap: Imap) -> None:
    imap.append(mail(1), mail(2))
    _, _, cursor = pulled(imap)
    with imap.client() as client:
        client.select("INBOX")
        client.store("1:*", "+FLAGS", r"(\Deleted)")
        client.expunge()
        client.close()
    imap.stop()
    # Without its index, the server gives its mails new numbers.
    for left in (imap.folder / "mail").rglob("dovecot*"):
        left.unlink()
    imap.start()
    imap.append(mail(2), mail(1), mail(3))
    again, _, after = pulled(imap, cursor)

    assert after["validity"] != cursor["validity"]
    assert texts(again) == ["불만 3\n\n배송이 늦어요"]


def test_mails_are_marked_or_deleted_only_where_that_is_asked(imap: Imap) -> None:
    imap.append(mail(1), mail(2, Auto_Submitted="auto-replied"))

    _, _, cursor = pulled(imap, afterwards="read")
    assert [b"Seen" in one for one in imap.flags()] == [True, False]

    imap.append(mail(3))
    with imap.client() as client:
        client.select("INBOX")
        client.store("1", "+FLAGS", r"(\Deleted)")
        client.unselect()
    pulled(imap, cursor, afterwards="delete")
    # What somebody else has marked is not taken away.
    assert len(imap.flags()) == 2


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated; type=x"},
        {"Precedence": "bulk"},
        {"List_Id": "<news.shop.example>"},
        {"List_Unsubscribe": "<https://shop.example/out>"},
        {"Return_Path": "<>"},
        {"From": "MAILER-DAEMON@shop.example"},
        {"X_Autoreply": "yes"},
        {"X_Failed_Recipients": "somebody@else.example"},
    ],
)
def test_what_machines_wrote_is_left_out_and_counted(imap: Imap, headers: dict[str, str]) -> None:
    imap.append(mail(1, **headers), mail(2, Auto_Submitted="no"))

    calls, _, cursor = pulled(imap)

    assert texts(calls) == ["불만 2\n\n배송이 늦어요"]
    assert cursor["left_out"] == 1
    sample = plug_here("mailbox").sample(settings(imap))
    assert sample.problems == ["1 of the last 2 mails are left out: machines wrote them"]
    assert [row["email"] for row in sample.rows] == ["hong@customer.example"]


@pytest.mark.parametrize("charset", ["euc-kr", "iso-2022-kr", "utf-8", "ks_c_5601-1987"])
@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "8bit"])
def test_korean_encodings_are_read(imap: Imap, charset: str, encoding: str) -> None:
    import base64
    import quopri

    codec = "cp949" if charset.startswith("ks") else charset
    text = "박스가 찢어져 왔습니다. 똠양꿍" if codec in {"cp949", "utf-8"} else "박스가 찢어져 왔습니다."
    body = text.encode(codec)
    packed = {"base64": base64.encodebytes, "quoted-printable": quopri.encodestring}.get(encoding, bytes)(
        body
    )
    word = base64.b64encode("불만".encode(codec)).decode()
    head = (
        f"From: =?{charset}?B?{base64.b64encode('홍길동'.encode(codec)).decode()}?= <h@c.example>\r\n"
        f"Subject: =?{charset}?B?{word}?= 1\r\nMIME-Version: 1.0\r\nDate: Mon, 2 Nov 2026 10:00:00 +0900\r\n"
        f"Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    )
    imap.append(head.encode() + packed.replace(b"\n", b"\r\n"))

    calls, _, _ = pulled(imap)

    assert texts(calls) == [f"불만 1\n\n{text}"]
    assert calls[0].traits["name"] == "홍길동"


def test_bytes_without_any_encoding_are_guessed(imap: Imap) -> None:
    head = "From: 홍길동 <h@c.example>\r\nSubject: 불만\r\n\r\n늦어요\r\n"
    imap.append(head.encode("euc-kr"), head.replace("불만", "칭찬").encode())

    calls, _, _ = pulled(imap)

    assert texts(calls) == ["불만\n\n늦어요", "칭찬\n\n늦어요"]
    assert [one.traits["name"] for one in calls if one.type == "identify"] == ["홍길동", "홍길동"]


def test_the_plain_part_counts_else_the_html_and_attachments_never(imap: Imap) -> None:
    both = mail(1, "보통 글")
    both.add_alternative("<p>꾸민 글</p>", subtype="html")
    both.add_attachment(b"\x89PNG" * 100_000, maintype="image", subtype="png", filename="box.png")
    both.add_attachment("붙인 글", filename="note.txt")
    only = mail(2)
    only.set_content("<style>p{}</style><p>꾸민 <b>글</b></p><blockquote>옛 글</blockquote>", subtype="html")
    forwarded = mail(3, "이것 좀 보세요")
    forwarded.add_attachment(mail(9, "남의 글"))
    imap.append(both, only, forwarded)

    calls, _, _ = pulled(imap)

    assert texts(calls) == ["불만 1\n\n보통 글", "불만 2\n\n꾸민 글", "불만 3\n\n이것 좀 보세요"]


def test_a_huge_mail_is_read_in_part(imap: Imap) -> None:
    huge = mail(1, "큰 사진을 붙여요")
    huge.add_attachment(os.urandom(3_000_000), maintype="image", subtype="png", filename="box.png")
    imap.append(huge)

    assert texts(pulled(imap)[0]) == ["불만 1\n\n큰 사진을 붙여요"]


def test_a_broken_date_is_that_of_the_arrival(imap: Imap) -> None:
    dates = ["yesterday", "Mon, 31 Feb 2026 10:00:00 +0900", "", "1 Jan 1970 00:00:00 GMT"]
    imap.append(*(mail(number, Date=date) for number, date in enumerate(dates)))

    calls, _, _ = pulled(imap)

    assert {one.time for one in calls} == {1793581260000}


def test_a_mail_from_nobody_is_refused(imap: Imap) -> None:
    imap.append(mail(1, From="somebody"))

    calls, refused, _ = pulled(imap)

    assert calls == []
    assert [(one.reason, one.detail) for one in refused] == [("no_customer", "nobody is named as the sender")]


def test_a_form_on_a_web_page_names_its_writer_as_the_one_to_answer(imap: Imap) -> None:
    imap.append(mail(1, From="no-reply@shop.example", Reply_To="Lee <lee@customer.example>"))

    assert pulled(imap)[0][0].identifiers == {"email": "lee@customer.example"}


def test_a_source_may_begin_with_what_is_new(imap: Imap) -> None:
    imap.append(mail(1))
    calls, _, cursor = pulled(imap, begin="new")
    imap.append(mail(2))

    assert calls == []
    assert texts(pulled(imap, cursor, begin="new")[0]) == ["불만 2\n\n배송이 늦어요"]


def test_folders_bear_names_in_korean(imap: Imap) -> None:
    with imap.client() as client:
        client.create('"&vYi5zA-"')
    imap.append(mail(1), folder="&vYi5zA-")

    assert plug_here("mailbox").test(settings(imap, folder="불만")) == "the folder '불만' holds 1 mails"
    with pytest.raises(SourceUnavailable, match="has no folder '칭찬'; there are: INBOX, 불만"):
        plug_here("mailbox").test(settings(imap, folder="칭찬"))


def test_the_password_must_be_right(imap: Imap) -> None:
    for wrong in ("shut sesame", "열려라 참깨"):
        with pytest.raises(SourceUnavailable, match="does not accept this user or password"):
            plug_here("mailbox").test(settings(imap, password=wrong))


def test_connections_may_be_secured(folder: Path) -> None:
    made = certify(folder)
    imap = Imap(folder, made)
    imap.start()
    tls = settings(imap, security="tls", port=imap.secure_port)
    try:
        for known in (tls, settings(imap, security="starttls")):
            assert plug_here("mailbox").test({**known, "authority": made.authority}).endswith("holds 0 mails")
            with pytest.raises(SourceUnavailable, match="no secure connection to"):
                plug_here("mailbox").test(known)
    finally:
        imap.stop()


def test_a_server_without_starttls_is_told(imap: Imap) -> None:
    with pytest.raises(SourceUnavailable, match="has no STARTTLS; choose tls"):
        plug_here("mailbox").test(settings(imap, security="starttls"))


def test_a_server_that_is_not_there_is_told() -> None:
    known = {"host": "nowhere.invalid", "user": "u", "password": "p"}
    with pytest.raises(SourceUnavailable, match=r"nowhere\.invalid:993 does not answer"):
        plug_here("mailbox").test(known)
    with pytest.raises(SourceUnavailable, match=r"127\.0\.0\.1:\d+ does not answer"):
        plug_here("mailbox").test({**known, "host": "127.0.0.1", "security": "plain", "port": free_port()})


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"host": "https://mail"}, "'https://mail' is no name of a server"),
        ({"port": 70_000}, "70000 is no port"),
        ({"security": "plain"}, "would get the password in the open"),
        ({"authority": "no pem"}, "the authority is no certificate in PEM form"),
        ({"password": None}, "Object missing required field `password`"),
        ({"afterwards": "burn"}, "Invalid enum value 'burn'"),
    ],
)
def test_settings_are_checked(wrong: dict[str, Any], said: str) -> None:
    good = {"host": "imap.example.com", "user": "u", "password": "p"}
    plug_here("mailbox").check(good)

    with pytest.raises(BadParameter, match=said):
        plug_here("mailbox").check({**good, **wrong})
