import type { MapStage, MapView } from "../src/api/types";

type Row = [
  id: string, title: string, phase: MapStage["phase"], touchpoint: string, channel: string, moment: MapStage["touchpoints"][number]["moment"], believed: number,
  claims: MapStage["claims"], cards: Record<string, string[]>,
];

const claim = (index: number, kind: MapStage["claims"][number]["kind"], says: string, fields: Record<string, string | number>) =>
  ({ index, kind, says, sentence: { ko: says, en: says }, claim: { [kind]: "", ...fields } as Record<string, string | number> });

const rows: Row[] = [
  ["aware", "인지", "before", "SNS 광고", "kakao", "stimulus", 1,
    [claim(0, "reach", "브랜드를 아는 고객 60% 이상 방문", { reach: "visit", at_least: 0.6, within: "7d" })],
    { actions: ["광고를 보고 브랜드를 떠올린다"], expectations: ["나와 맞는 곳인가"], systems: ["광고 플랫폼"] }],
  ["visit", "방문", "before", "첫 화면", "web", "zmot", 1,
    [claim(0, "takes", "", { takes: "signup", median_at_most: "3m" })],
    { actions: ["링크를 눌러 들어온다"], expectations: ["금방 둘러보고 싶다"], systems: ["CDN · 추천"] }],
  ["signup", "가입", "before", "가입 양식", "app", null, 1,
    [claim(0, "takes", "가입을 3분 안에 마친다", { takes: "search", median_at_most: "3m" }), claim(1, "reach", "60% 이상 가입을 마친다", { reach: "search", at_least: 0.6 })],
    { actions: ["정보를 입력하고 인증한다"], expectations: ["간단했으면"], pains: ["입력 항목이 너무 많다"], opportunities: ["카카오 간편가입"], systems: ["회원 DB · 본인인증"] }],
  ["search", "검색", "before", "검색창", "app", "zmot", 1,
    [claim(0, "reach", "", { reach: "product", at_least: 0.6, within: "1d" })],
    { actions: ["원하는 상품을 찾는다"], expectations: ["바로 나왔으면"], pains: ["엉뚱한 상품이 나온다"], opportunities: ["연관 상품 함께 보기"], systems: ["검색 엔진"] }],
  ["product", "상품 상세", "before", "상세 · 후기", "app", "zmot", 1.5,
    [claim(0, "reach", "상세에서 담기 25% 이상", { reach: "cart", at_least: 0.25 })],
    { actions: ["설명과 후기를 읽는다"], thoughts: ["후기가 진짜일까?"], expectations: ["믿을 수 있었으면"], systems: ["상품 DB · 리뷰"] }],
  ["cart", "장바구니", "on", "장바구니", "app", null, 1.5,
    [claim(0, "reach", "담은 고객 60% 결제로", { reach: "pay", at_least: 0.6 })],
    { actions: ["담아 두고 비교한다"], expectations: ["한눈에 비교"], pains: ["비교가 번거롭다"], systems: ["주문 서비스"] }],
  ["pay", "결제", "on", "결제창", "app", "fmot", 1,
    [claim(0, "score", "결제 CES 5.0 이상", { score: "ces", at_least: 5 })],
    { actions: ["결제 수단을 고른다"], expectations: ["할인은 다 받고 싶다"], pains: ["받을 수 있던 할인을 놓친다"], opportunities: ["결제 전 할인 알림"], systems: ["PG · 쿠폰"] }],
  ["deliver", "배송", "after", "배송 알림", "kakao", "smot", 1.5,
    [claim(0, "takes", "결제 후 2일 안에 도착한다", { takes: "deliver", median_at_most: "2d" }), claim(1, "share", "", { share: "kakao", at_least: 0.9 })],
    { actions: ["언제 올지 확인한다"], thoughts: ["왜 아직 안 오지?"], expectations: ["늦으면 알려 줬으면"], pains: ["늦어도 연락이 없다"], opportunities: ["지연 예상 시 사과 문자와 쿠폰"], systems: ["물류 · 택배사 API"] }],
  ["care", "고객센터", "after", "콜센터 · 카카오", "call", null, 0,
    [claim(0, "follows", "", { follows: "deliver", at_most: 0.1 })],
    { actions: ["전화나 채팅으로 묻는다"], expectations: ["한 번에 해결"], pains: ["같은 말을 또 한다"], systems: ["상담 시스템"] }],
];

const matches: Record<string, string> = {
  aware: "event: 광고 클릭", visit: "event: 방문", signup: "event: [가입 시작, 가입 오류, 가입 완료]", search: "event: [검색, 검색 결과 없음]",
  product: "event: 상품 상세", cart: "event: 장바구니", pay: "event: [결제 시작, 결제 실패, 결제 완료]", deliver: "event: [출고, 배송 완료]", care: "event: 고객센터 문의",
};

export const map: MapView = {
  title: "온라인 쇼핑몰 첫 구매",
  persona: { id: "first-buyer", name: "처음 사는 민지", about: "29세, 앱으로 저녁에 산다" },
  perspective: "inside-out",
  about: "처음 온 고객이 첫 상품을 받고 물어보기까지",
  unmatched: "ignore",
  ends: "anywhere",
  stages: rows.map(([id, title, phase, touchpoint, channel, moment, believed, claims, cards]) => ({
    id, title, phase, required: !["aware", "care"].includes(id), repeats: true,
    returns_to: id === "product" ? ["search"] : id === "cart" ? ["product"] : [], within: id === "deliver" ? 345_600_000 : null, believed,
    touchpoints: [
      { id: `${id}-main`, title: touchpoint, channel, owner: "commerce", moment, micro_moment: null, bound: true, match_text: matches[id]! },
      ...(id === "visit" ? [{ id: "store-visit", title: "매장 QR", channel: "store", owner: "retail", moment: null, micro_moment: "go" as const, bound: false, match_text: "" }] : []),
    ],
    claims, cards,
  })),
};

const yamlClaim = (c: MapStage["claims"][number]) => {
  const { [c.kind]: first, ...rest } = c.claim;
  const parts = [`${c.kind}: ${first}`, ...Object.entries(rest).map(([k, v]) => `${k}: ${v}`), ...(c.says ? [`says: ${c.says}`] : [])];
  return `      - {${parts.join(", ")}}`;
};

export const text = [
  `title: ${map.title}`, "persona:", "  id: first-buyer", `  name: ${map.persona!.name}`, "perspective: inside-out", "stages:",
  ...map.stages.flatMap((s) => [
    `  - id: ${s.id}`, `    title: ${s.title}`, `    phase: ${s.phase}`, ...(s.required ? [] : ["    required: false"]),
    ...(s.returns_to.length ? [`    returns_to: [${s.returns_to.join(", ")}]`] : []),
    "    touchpoints:", ...s.touchpoints.map((t) => `      - {id: ${t.id}, title: ${t.title}, channel: ${t.channel}${t.moment ? `, moment: ${t.moment}` : ""}${t.match_text ? `, match: {${t.match_text}}` : ""}}`),
    `    feelings: {believed: ${s.believed}}`, "    claims:", ...s.claims.map(yamlClaim),
    "    cards:", ...Object.entries(s.cards).map(([lane, cards]) => `      ${lane}: [${cards.map((c) => (/[,:?]/.test(c) ? JSON.stringify(c) : c)).join(", ")}]`),
  ]),
  "",
].join("\n");
