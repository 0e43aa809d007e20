/** Pages that are there for those who are not signed in. */
export const DOORS = ["/sign-in", "/start", "/join", "/reset", "/confirm"];

export const isDoor = (path: string) => DOORS.includes(path);

/** Where to go after signing in: an address of our own pages, whatever the link says. */
export function safeNext(next: string | undefined, origin: string): string {
  if (!next || !next.startsWith("/") || /[\\\u0000-\u0020]/.test(next)) return "/maps";
  let url: URL;
  try {
    url = new URL(next, origin);
  } catch {
    return "/maps";
  }
  if (url.origin !== origin || url.pathname.startsWith("//") || isDoor(url.pathname) || url.pathname.startsWith("/api/")) return "/maps";
  return url.pathname + url.search;
}

export const signInHref = (from: string) => (from === "/" || from === "/maps" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(from)}`);
