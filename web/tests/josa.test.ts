import { expect, it } from "vitest";
import { josa } from "../src/josa";

it("follows the final consonant of Hangul, digits and letters", () => {
  expect(josa("결제", "을/를")).toBe("결제를");
  expect(josa("배송", "이/가")).toBe("배송이");
  expect(josa("카카오톡", "으로/로")).toBe("카카오톡으로");
  expect(josa("메일", "으로/로")).toBe("메일로");
  expect(josa("앱", "으로/로")).toBe("앱으로");
  expect(josa("웹 2", "은/는")).toBe("웹 2는");
  expect(josa("email", "으로/로")).toBe("email로");
  expect(josa("checkout", "은/는")).toBe("checkout은");
  expect(josa("event", "이/가")).toBe("event가");
  expect(josa("server", "을/를")).toBe("server를");
  expect(josa("CSV", "으로/로")).toBe("CSV로");
});
