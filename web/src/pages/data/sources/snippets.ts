/** Ready lines for the first event, by the tool that sends it. */
export function snippets(origin: string, key: string): { name: string; code: string }[] {
  const tag = "script";
  return [
    { name: "HTML", code: `<${tag} async src="${origin}/giljabi.js" data-write-key="${key}"></${tag}>` },
    {
      name: "curl",
      code: `curl ${origin}/v1/track -u ${key}: -H 'content-type: application/json' \\\n  -d '{"userId": "u1", "event": "Signed up", "properties": {"plan": "pro"}}'`,
    },
    {
      name: "Python",
      code: `# pip install segment-analytics-python\nimport segment.analytics as analytics\n\nanalytics.write_key = "${key}"\nanalytics.host = "${origin}"\nanalytics.track("u1", "Signed up", {"plan": "pro"})\nanalytics.flush()`,
    },
    {
      name: "Node",
      code: `// npm install @segment/analytics-node\nimport { Analytics } from "@segment/analytics-node";\n\nconst analytics = new Analytics({ writeKey: "${key}", host: "${origin}" });\nanalytics.track({ userId: "u1", event: "Signed up", properties: { plan: "pro" } });\nawait analytics.closeAndFlush();`,
    },
    {
      name: "analytics-next",
      code: `// npm install @segment/analytics-next\nimport { AnalyticsBrowser } from "@segment/analytics-next";\n\nconst analytics = AnalyticsBrowser.load(\n  { writeKey: "${key}", cdnSettings: { integrations: { "Segment.io": { apiKey: "${key}", apiHost: "${origin.replace(/^\w+:\/\//, "")}/v1", protocol: "${origin.split(":")[0]}" } } } },\n);\nanalytics.track("Signed up", { plan: "pro" });`,
    },
  ];
}
