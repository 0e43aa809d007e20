// Invented journeys of a Korean online shop, seeded, so that the pages can be seen without a server.

export interface Happening {
  event: string;
  at: number;
  channel: string;
}

export const WEIGHT = 413;
const DAY = 86_400_000;
export const FIRST = Date.UTC(2026, 7, 23);
export const LAST = Date.UTC(2026, 10, 21, 14, 40);

function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const random = randomFrom(20_261_121);
const chance = (p: number) => random() < p;
const around = (median: number, spread = 0.7) => {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return median * Math.exp(spread * normal);
};

function journey(): Happening[] {
  const device = chance(0.58) ? "app" : "web";
  const steps: Happening[] = [];
  let at = FIRST + random() * (LAST - FIRST - 12 * DAY);
  const add = (event: string, wait: number, channel = device) => {
    at += wait;
    steps.push({ event, at, channel });
  };
  if (chance(0.7)) add("광고 클릭", 0, chance(0.3) ? "kakao" : device);
  else add("방문", 0);
  if (steps[0]!.event === "광고 클릭") {
    if (!chance(0.82)) return steps;
    add("방문", around(2 * DAY, 1.1));
  }
  if (chance(0.35)) add("검색", around(60_000));
  if (!chance(0.55)) return steps;
  add("가입 시작", around(140_000));
  while (chance(0.38)) add("가입 오류", around(45_000));
  if (!chance(0.66)) return steps;
  add("가입 완료", around(200_000, 0.5));
  for (let tries = 0; tries < 5; tries++) {
    add("검색", around(40_000));
    if (chance(0.3)) add("검색 결과 없음", 900);
    else {
      add("상품 상세", around(80_000));
      if (chance(0.45)) break;
    }
    if (chance(0.2)) return steps;
  }
  if (!chance(0.7)) return steps;
  add("장바구니", around(360_000));
  if (chance(0.25)) {
    add("상품 상세", around(300_000));
    if (chance(0.6)) add("장바구니", around(200_000));
  }
  if (!chance(0.72)) return steps;
  add("결제 시작", around(110_000));
  if (chance(0.22)) {
    add("결제 실패", around(40_000));
    if (chance(0.35)) return steps;
  }
  add("결제 완료", around(100_000));
  const late = chance(0.34);
  add("출고", around(late ? 2.6 * DAY : 0.7 * DAY, 0.35), "web");
  if (late && chance(0.2)) add("고객센터 문의", around(0.8 * DAY), chance(0.5) ? "call" : "chat");
  add("배송 완료", around(late ? 2.1 * DAY : 1.3 * DAY, 0.3), "web");
  if (chance(0.11)) add("고객센터 문의", around(2 * DAY), chance(0.5) ? "call" : chance(0.5) ? "kakao" : "chat");
  if (chance(0.18)) add("후기 작성", around(3 * DAY));
  return steps;
}

export const journeys: Happening[][] = Array.from({ length: 6000 }, journey).map((steps) => steps.filter((step) => step.at < LAST));
