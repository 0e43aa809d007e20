// Micro-moments: what a visitor seems to want just now, guessed from the address alone. A hint, not a finding.

export type Moment = "know" | "go" | "do" | "buy";

const SEARCH = /^(.*\.)?search\.[a-z.]+$|^(www\.|m\.)?(google|bing|duckduckgo|baidu|yandex|ecosia)\.[a-z.]+$/;
const MAPS = /^https?:\/\/(([^/]*\.)?maps?\.[^/]+|(www\.)?google\.[a-z.]+\/maps|naver\.me\/|kko\.to\/)/;
const BUY = words("cart|basket|checkout|order|payment|purchase", "장바구니|주문|결제|구매");
const DO = words("how-?to|guide|tutorial|manual|video", "사용법|가이드|튜토리얼|동영상");
const GO = words("store|branch|branches|location|directions", "매장|지점|오시는-?길|찾아오");

/** English words stand alone, so that an order is found in no border; Korean ones take endings. */
function words(english: string, korean: string): RegExp {
  return RegExp(`(^|[^a-z])(${english})s?($|[^a-z])|${korean}`, "i");
}

/** Of a page: where it leads first, else where the visitor came from. `path` is decoded. */
export function ofPage(path: string, referrer: string): Moment | undefined {
  if (BUY.test(path)) return "buy";
  if (DO.test(path)) return "do";
  if (GO.test(path)) return "go";
  if (SEARCH.test(referrer.split("/")[2] ?? "")) return "know";
}

/** Of a link: to a telephone or a map. */
export function ofLink(address: string): "phone" | "map" | undefined {
  if (/^tel:/i.test(address)) return "phone";
  if (/^geo:/i.test(address) || MAPS.test(address)) return "map";
}
