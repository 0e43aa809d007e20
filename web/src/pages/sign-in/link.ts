/** Takes the token of a one-time link out of the address, so that it stays in no history and on no screen. */
export function takeToken(): string {
  const token = location.hash.slice(1);
  if (token) history.replaceState(history.state, "", location.pathname + location.search);
  return token;
}
