// Sends one call of each kind with RudderStack's official client for Node.js.
import RudderAnalytics from "@rudderstack/rudder-sdk-node";

const [host, writeKey] = process.argv.slice(2);
const Client = RudderAnalytics.default ?? RudderAnalytics;
const client = new Client(writeKey, { dataPlaneUrl: host, flushAt: 20, flushInterval: 100000 });
const originalTimestamp = new Date("2026-11-01T00:00:00.250Z");
client.identify({ userId: "u1", traits: { email: "kim@example.com", plan: "pro" }, originalTimestamp, messageId: "r1" });
client.track({
  userId: "u1",
  anonymousId: "a1",
  event: "결제",
  properties: { amount: 12.5, items: ["a", "b"], buyer: { grade: "gold" }, value: 3 },
  context: { page: { path: "/pay" }, device: { id: "d1" }, campaign: { source: "naver" } },
  originalTimestamp,
  messageId: "r2",
});
client.page({ anonymousId: "a1", category: "docs", name: "start", properties: { path: "/start" }, originalTimestamp, messageId: "r3" });
client.screen({ anonymousId: "a1", name: "home", originalTimestamp, messageId: "r4" });
client.group({ userId: "u1", groupId: "g1", traits: { name: "Acme" }, originalTimestamp, messageId: "r5" });
client.alias({ userId: "u1", previousId: "a1", originalTimestamp, messageId: "r6" });
await new Promise((resolve, reject) => client.flush((error) => (error ? reject(error) : resolve())));
