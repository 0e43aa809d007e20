// Sends one call of each kind with Segment's official client for Node.js.
import { Analytics } from "@segment/analytics-node";

const [host, writeKey] = process.argv.slice(2);
const client = new Analytics({ writeKey, host, flushAt: 3 });
const timestamp = new Date("2026-11-01T00:00:00.250Z");
let failed = null;
client.on("error", (error) => (failed = error));
client.identify({ userId: "u1", traits: { email: "kim@example.com", plan: "pro" }, timestamp, messageId: "n1" });
client.track({
  userId: "u1",
  anonymousId: "a1",
  event: "결제",
  properties: { amount: 12.5, items: ["a", "b"], buyer: { grade: "gold" }, value: 3 },
  context: { page: { path: "/pay" }, device: { id: "d1" }, campaign: { source: "naver" } },
  timestamp,
  messageId: "n2",
});
client.page({ anonymousId: "a1", category: "docs", name: "start", properties: { path: "/start" }, timestamp, messageId: "n3" });
client.screen({ anonymousId: "a1", name: "home", timestamp, messageId: "n4" });
client.group({ userId: "u1", groupId: "g1", traits: { name: "Acme" }, timestamp, messageId: "n5" });
client.alias({ userId: "u1", previousId: "a1", timestamp, messageId: "n6" });
await client.closeAndFlush();
if (failed) throw new Error(JSON.stringify(failed));
