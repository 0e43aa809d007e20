import { m } from "../paraglide/messages.js";

const names: Record<string, () => string> = {
  web: m.channel_web, app: m.channel_app, store: m.channel_store, call: m.channel_call, chat: m.channel_chat, kakao: m.channel_kakao,
};

export function channelName(channel: string): string {
  return names[channel]?.() ?? channel;
}

/** The token that colours a channel, the same on every page. */
export function channelColour(channel: string): string {
  return `var(--channel-${channel in names ? channel : "other"})`;
}
