/** What requests carry, and whom they ask when the server wants more; the session fills it in. */
export const door = {
  /** Goes with every changing request, as proof that it comes from our own pages. */
  csrf: "",
  /** Fetches the proof anew: another tab may have signed in meanwhile. */
  renew: async (): Promise<void> => {},
  /** Lets the reader sign in where they are; true once they have. */
  signInHere: async (): Promise<boolean> => false,
};
