"""The shop's words: its event names and the stages they belong to, channels, goods, places, personas."""

from __future__ import annotations

from dataclasses import dataclass

STAGE_OF_EVENT: dict[str, str] = {
    "ad_seen": "awareness",
    "ad_clicked": "awareness",
    "visit": "visit",
    "banner_clicked": "visit",
    "login": "visit",
    "store_visited": "visit",
    "signup_started": "signup",
    "signup_field_error": "signup",
    "signup_verified": "signup",
    "signup_completed": "signup",
    "search": "search",
    "search_no_result": "search",
    "filter_applied": "search",
    "product_viewed": "product",
    "review_read": "product",
    "wish_added": "product",
    "cart_added": "cart",
    "cart_viewed": "cart",
    "cart_removed": "cart",
    "cart_reminded": "cart",
    "checkout_started": "payment",
    "coupon_applied": "payment",
    "coupon_missed": "payment",
    "payment_failed": "payment",
    "paid": "payment",
    "shipped": "",
    "delivery_tracked": "",
    "delivery_delayed": "",
    "delivered": "delivery",
    "review_written": "delivery",
    "support_contacted": "support",
    "support_replied": "support",
    "support_resolved": "support",
    "return_requested": "support",
    "refunded": "",
}
"""Every event name, in code order, and its stage; those without a stage are on no touchpoint of the map.

``shipped``, ``delivery_tracked`` and ``delivery_delayed`` stand apart so that coming to *delivery* means
that the parcel is there.
"""

EVENTS = tuple(STAGE_OF_EVENT)
EVENT_CODE = {name: code for code, name in enumerate(EVENTS)}

STAGES = ("awareness", "visit", "signup", "search", "product", "cart", "payment", "delivery", "support")

CHANNELS = ("web", "app", "store", "call", "chat", "kakao")
CHANNEL_CODE = {name: code for code, name in enumerate(CHANNELS)}

DEVICES = ("android", "ios", "desktop")
DEVICE_WEIGHTS = (0.48, 0.32, 0.20)

ACQUISITIONS = ("네이버 검색", "인스타그램", "카카오톡", "유튜브", "친구 추천", "직접 방문")
ACQUISITION_WEIGHTS = (0.31, 0.23, 0.17, 0.12, 0.09, 0.08)

REGIONS = (
    "서울",
    "경기",
    "인천",
    "부산",
    "대구",
    "대전",
    "광주",
    "울산",
    "강원",
    "충청",
    "전라",
    "경상",
    "제주",
)
REGION_WEIGHTS = (0.24, 0.27, 0.06, 0.065, 0.045, 0.03, 0.03, 0.02, 0.03, 0.07, 0.06, 0.065, 0.015)

GOODS: dict[str, tuple[str, ...]] = {
    "패션": ("니트", "운동화", "롱패딩", "청바지", "에코백", "원피스"),
    "뷰티": ("선크림", "립밤", "쿠션", "수분크림", "샴푸", "향수"),
    "식품": ("원두", "그래놀라", "밀키트", "김치", "견과", "닭가슴살"),
    "생활": ("수건", "텀블러", "방향제", "이불", "세제", "조명"),
    "디지털": ("이어폰", "충전기", "키보드", "보조배터리", "가습기", "스피커"),
}
CATEGORIES = tuple(GOODS)
CATEGORY_WEIGHTS = (0.31, 0.22, 0.20, 0.16, 0.11)
QUERIES = tuple(good for goods in GOODS.values() for good in goods)
GOODS_PER_CATEGORY = 6

TOPICS = ("가입", "검색", "상품", "결제", "할인", "배송", "반품", "기타")
TOPIC_CODE = {name: code for code, name in enumerate(TOPICS)}


@dataclass(frozen=True, slots=True)
class Persona:
    """A kind of customer: shares are 0..1, ``basket`` is the median price of one good in won.

    ``temper`` shifts every score the persona gives, in points.
    """

    id: str
    name: str
    about: str
    share: float
    member: float
    aware: float
    visits: float
    signs_up: float
    searches: float
    adds: float
    checks_out: float
    comes_back: float
    buys_again: float
    basket: float
    temper: float


PERSONAS = (
    Persona(
        id="first-buyer",
        name="처음 사는 민지",
        about="27세, 광고를 보고 처음 들어왔어요. 간단하고 믿을 만하면 사요.",
        share=0.58,
        member=0.0,
        aware=0.97,
        visits=0.84,
        signs_up=0.68,
        searches=0.84,
        adds=0.44,
        checks_out=0.68,
        comes_back=0.32,
        buys_again=0.35,
        basket=38_000,
        temper=0.0,
    ),
    Persona(
        id="regular",
        name="단골 준호",
        about="38세, 필요한 것을 빨리 사고 나가요. 약속한 날에 오는지가 중요해요.",
        share=0.24,
        member=1.0,
        aware=0.55,
        visits=0.96,
        signs_up=0.0,
        searches=0.86,
        adds=0.54,
        checks_out=0.78,
        comes_back=0.55,
        buys_again=0.70,
        basket=47_000,
        temper=0.1,
    ),
    Persona(
        id="bargain-hunter",
        name="할인 찾는 수연",
        about="33세, 쿠폰과 후기를 꼼꼼히 견줘요. 놓친 할인은 꼭 기억해요.",
        share=0.18,
        member=0.35,
        aware=0.98,
        visits=0.84,
        signs_up=0.72,
        searches=0.82,
        adds=0.40,
        checks_out=0.64,
        comes_back=0.45,
        buys_again=0.42,
        basket=27_000,
        temper=-0.1,
    ),
)
