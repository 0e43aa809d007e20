"""What people call the columns, in English and in Korean, the surest name first."""

from __future__ import annotations

import functools
import re
import unicodedata

_WORDS = {
    "customer": """
        customerid customer 고객번호 고객id 고객아이디 고객 회원번호 회원id 회원아이디 회원 userid user
        사용자id 사용자 유저id 유저 memberid memberno member custid custno clientid client personid
        contactid accountid distinctid visitorid anonymousid clickid cookieid deviceid caseconceptname
        caseid case 케이스 사례 traceid trace uid email 이메일 고객명
    """,
    "event": """
        event eventname 이벤트 이벤트명 이벤트이름 conceptname activity activityname 행동 활동 활동명
        행위 action actionname eventtype eventaction 이벤트유형 이벤트종류 액션 task 업무 작업 step
        interaction 접촉 touch status
    """,
    "time": """
        time timestamp eventtime eventtimestamp timetimestamp datetime 일시 시각 발생일시 발생시각
        이벤트시각 이벤트일시 occurredat occurred happenedat 시간 ts date 날짜 일자 completetimestamp
        endtimestamp starttimestamp 접수일시 주문일시 등록일시 작성일시 응답일시 응답일 작성일 등록일
        접수일 주문일 createdat created submittedat sentat servertime clienttime receivedat loggedat
        updatedat
    """,
    "channel": """
        channel 채널 접점채널 이용채널 접속채널 channelname 채널명
    """,
    "value": """
        value amount 금액 결제금액 주문금액 구매금액 매출 매출액 revenue price 가격 totalamount
        totalprice dollarvalue sales
    """,
    "score": """
        score 점수 nps npsscore csat csatscore ces cesscore rating 평점 별점 만족도 만족도점수 stars
        추천점수 추천의향 grade
    """,
    "text": """
        text comment comments 의견 내용 리뷰 후기 review reviewtext feedback message body verbatim
        텍스트 댓글 코멘트 주관식 답변 content 고객의소리 voc
    """,
    "kind": """
        kind 종류 유형 구분 feedbackkind feedbacktype surveytype surveykind type
    """,
    "touchpoint": """
        touchpoint 접점 stage 단계 touchpointid stageid
    """,
}

WORDS = {role: tuple(text.split()) for role, text in _WORDS.items()}
"""Names that speak for a role, squashed as `squashed` does."""

NOT_THE_ROLE: dict[str, tuple[str, ...]] = {
    "customer": (
        "session",
        "cohort",
        "type",
        "segment",
        "lifecycle",
        "level",
        "grade",
        "등급",
        "세션",
        "count",
    ),
    "event": ("id", "no", "count", "time", "timestamp", "date", "번호", "시각", "일시", "value", "type"),
    "time": ("zone", "diff", "duration", "spent", "delay", "distributed"),
    "value": ("id", "type", "count"),
    "channel": (),
    "score": ("count", "date", "at"),
    "text": ("id", "length", "date", "at"),
    "kind": (),
    "touchpoint": (),
}
"""Parts of a name that speak against a role which another part speaks for."""

KIND_WORDS = {
    "nps": ("nps", "추천의향", "추천점수"),
    "csat": ("csat", "만족도", "satisfaction"),
    "ces": ("ces", "effort", "노력"),
    "rating": ("rating", "평점", "별점", "stars"),
}
"""What the name of a score tells about the kind of feedback."""


def squashed(name: str) -> str:
    """Write a name without blanks, marks and capitals, its Hangul composed."""
    return re.sub(r"[\s_\-.:()/\[\]#]+", "", unicodedata.normalize("NFC", name)).lower()


def pieces(name: str) -> list[str]:
    """Take a name apart at its marks and capitals: ``EventTime`` and ``event_time`` are event, time."""
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", unicodedata.normalize("NFC", name))
    return [piece for piece in re.split(r"[\s_\-.:()/\[\]#]+", text.lower()) if piece]


@functools.lru_cache(maxsize=4096)
def name_score(name: str, role: str) -> float:
    """Say how much a column's name speaks for a role, 0..1."""
    words = WORDS[role]
    flat = squashed(name)
    if flat in words:
        return 1.0 - 0.2 * words.index(flat) / len(words)
    parts = pieces(name)
    if any(part in NOT_THE_ROLE[role] for part in parts):
        return 0.0
    last = parts[-1] if parts else ""
    if last in words or any(flat.endswith(word) for word in words if len(word) > 3 or not word.isascii()):
        return 0.65
    if any(part in words for part in parts):
        return 0.5
    return 0.0
