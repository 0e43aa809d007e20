// First maps to write on. Event names in `match` are examples that the reader replaces with their own.

export interface Template {
  id: string;
  title: string;
  about: string;
  text: string;
}

const shopKo = `title: 온라인 쇼핑몰 첫 구매
persona:
  id: first-buyer
  name: 처음 사는 고객
perspective: inside-out
stages:
  - id: visit
    title: 방문
    phase: before
    touchpoints:
      - {id: landing, title: 첫 화면, channel: web, moment: zmot, match: {event: visit}}
    feelings: {believed: 1}
    claims:
      - {reach: product, at_least: 0.6, within: 1d}
    cards:
      actions: [링크를 눌러 들어온다]
      expectations: [금방 둘러보고 싶다]
  - id: product
    title: 상품 상세
    phase: before
    touchpoints:
      - {id: product-page, title: 상품 상세, channel: web, moment: zmot, match: {event: product_view}}
    feelings: {believed: 1}
    claims:
      - {reach: pay, at_least: 0.2, within: 7d}
  - id: pay
    title: 결제
    phase: on
    touchpoints:
      - {id: checkout, title: 결제창, channel: web, moment: fmot, match: {event: pay}}
    feelings: {believed: 0}
    claims:
      - {takes: deliver, median_at_most: 2d}
  - id: deliver
    title: 배송
    phase: after
    touchpoints:
      - {id: parcel, title: 배송 알림, channel: kakao, moment: smot, match: {event: deliver}}
    feelings: {believed: 1}
`;

const shopEn = shopKo
  .replace("온라인 쇼핑몰 첫 구매", "First purchase in an online shop").replace("처음 사는 고객", "First-time buyer")
  .replace("title: 방문", "title: Visit").replace("첫 화면", "Landing page").replace("링크를 눌러 들어온다", "Follows a link to the shop")
  .replace("금방 둘러보고 싶다", "Wants a quick look around").replaceAll("상품 상세", "Product page").replace("title: 결제\n", "title: Payment\n")
  .replace("결제창", "Checkout").replace("title: 배송\n", "title: Delivery\n").replace("배송 알림", "Delivery notice");

const deskKo = `title: 헬프데스크 문의 처리
perspective: inside-out
unmatched: count
ends: last
stages:
  - id: assign
    title: 중요도 지정
    repeats: false
    touchpoints:
      - {id: assign, match: {event: Assign seriousness}}
    claims:
      - {takes: resolve, median_at_most: 14d}
  - id: take
    title: 담당자 배정
    repeats: false
    touchpoints:
      - {id: take, match: {event: Take in charge ticket}}
    claims:
      - {reach: resolve, at_least: 0.9}
  - id: resolve
    title: 해결
    repeats: false
    touchpoints:
      - {id: resolve, match: {event: Resolve ticket}}
  - id: closed
    title: 종료
    repeats: false
    touchpoints:
      - {id: closed, match: {event: Closed}}
`;

const deskEn = deskKo
  .replace("헬프데스크 문의 처리", "Help desk ticket").replace("중요도 지정", "Assign seriousness").replace("담당자 배정", "Take in charge")
  .replace("title: 해결", "title: Resolve").replace("title: 종료", "title: Closed");

const blank = (title: string, first: string, second: string) => `title: ${title}
stages:
  - id: first
    title: ${first}
    touchpoints:
      - {id: first, match: {event: visit}}
    claims:
      - {reach: second, at_least: 0.5}
  - id: second
    title: ${second}
    touchpoints:
      - {id: second, match: {event: buy}}
`;

export function templates(locale: "ko" | "en"): Template[] {
  if (locale === "ko") {
    return [
      { id: "shop", title: "온라인 쇼핑몰", about: "방문부터 배송까지 네 단계", text: shopKo },
      { id: "desk", title: "헬프데스크", about: "문의 접수부터 종료까지", text: deskKo },
      { id: "blank", title: "빈 지도", about: "두 단계와 가설 하나", text: blank("새 고객 여정 지도", "첫 단계", "다음 단계") },
    ];
  }
  return [
    { id: "shop", title: "Online shop", about: "Four stages, visit to delivery", text: shopEn },
    { id: "desk", title: "Help desk", about: "A ticket from first touch to close", text: deskEn },
    { id: "blank", title: "Blank map", about: "Two stages and one claim", text: blank("New journey map", "First stage", "Next stage") },
  ];
}
