export const common = {
  cancel: "Cancel",
  close: "Close",
  goBack: "Go back",
  home: "Go to the home page",
  loadMore: "Show more",
  loading: "Loading",
  optional: "(optional)",
  reload: "Reload the page",
  tryAgain: "Try again",
};

export const failure = {
  sentence: "That did not work, and we don’t know why. Please try again.",
  crashTitle: "This page broke",
  crashText: "Something went wrong on our side. Reloading usually helps; your tickets are safe.",
  forbiddenTitle: "This part is for others",
  forbiddenText: "Your account may not see this page. If you think it should, ask whoever invited you.",
  loginTitle: "Please log in",
  loginText: "You were logged out. Log in again and you will be right back here.",
  networkTitle: "No connection",
  networkText: "We can’t reach the server. Check your network; we keep what you have on the screen.",
  notFoundTitle: "Nothing on this stage",
  notFoundText: "There is no page at this address. It may have moved, or the link lost a few letters.",
  otherTitle: "Something went wrong",
  otherText: "The server could not answer. Trying again in a moment often works.",
};

export const shell = {
  skip: "Skip to content",
  mainNavigation: "Main",
  footerNavigation: "Footer",
  discover: "Discover",
  tickets: "My tickets",
  manage: "Manage",
  organise: "Organise",
  explorer: "API explorer",
  api: "Developers",
  outbox: "Delivery log",
  dark: "Switch to dark",
  light: "Switch to light",
  tagline: "Marquee. Your name in lights, your seat in your pocket.",
  reconnecting: "Live numbers paused. Reconnecting…",
  offline: "You are offline. What you see may be out of date.",
};

export const explorer = {
  as: "Requests and subscriptions run as {name} ({roles}).",
  anonymous: "You are not logged in: public data only.",
  loading: "Opening the explorer…",
};
