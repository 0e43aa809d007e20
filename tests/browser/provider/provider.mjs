// A provider of OpenID Connect, on this machine alone: node provider.mjs PORT REDIRECT PEOPLE
// PEOPLE is JSON: what the provider says of each person, by the name they sign in with there.

import Provider from "oidc-provider";

const [port, redirect, people] = process.argv.slice(2);
const known = JSON.parse(people);

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: "giljabi",
      client_secret: "a secret of the provider",
      redirect_uris: [redirect],
      grant_types: ["authorization_code"],
      response_types: ["code"],
    },
  ],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
  cookies: { keys: ["a key of a test"] },
  pkce: { required: () => true },
  findAccount: (_, id) => (known[id] ? { accountId: id, claims: () => ({ sub: `subject-${id}`, ...known[id] }) } : undefined),
});

const server = provider.listen(Number(port), "127.0.0.1");
process.on("SIGTERM", () => server.close(() => process.exit(0)));
