import { describe, expect, test } from "vitest";
import { ofLink, ofPage } from "../tracker/src/moments.ts";

describe("what a page hints at", () => {
  test.each([
    ["/cart", "", "buy"],
    ["/shop/checkout/step-2", "https://www.google.com/", "buy"],
    ["/my/orders", "", "buy"],
    ["/주문하기", "", "buy"],
    ["/how-to/wear", "", "do"],
    ["/help/사용법", "", "do"],
    ["/stores/seoul", "", "go"],
    ["/오시는길", "", "go"],
    ["/products/*", "https://search.naver.com/search.naver", "know"],
    ["/", "https://m.search.daum.net/", "know"],
    ["/", "https://www.google.co.kr/", "know"],
  ])("%s from %j: %s", (path, referrer, moment) => expect(ofPage(path, referrer)).toBe(moment));

  test.each([
    ["/border-collies", ""],
    ["/cartoons", ""],
    ["/history", "https://mail.google.com/"],
    ["/", "https://pay.naver.com/"],
    ["/", ""],
  ])("%s from %j: nothing", (path, referrer) => expect(ofPage(path, referrer)).toBeUndefined());
});

describe("where a link leads", () => {
  test.each([
    ["tel:+8225551234", "phone"],
    ["geo:37.5,127.0", "map"],
    ["https://maps.google.com/?q=x", "map"],
    ["https://www.google.com/maps/place/x", "map"],
    ["https://map.naver.com/p/1", "map"],
    ["https://place.map.kakao.com/1", "map"],
    ["https://maps.app.goo.gl/x", "map"],
    ["https://naver.me/x", "map"],
  ])("%s: %s", (address, kind) => expect(ofLink(address)).toBe(kind));

  test.each(["https://example.com/maps", "https://bitmap.com/", "mailto:a@b.c", "https://example.com/?u=maps.google.com"])(
    "%s: elsewhere",
    (address) => expect(ofLink(address)).toBeUndefined(),
  );
});
