/** What happened with money, for who paid and for who was paid. */
export const money = {
  title: "Payments",
  lead: "What you paid and what came back, newest first.",
  none: "No payments yet",
  noneHint: "What you pay for tickets, and what comes back, is listed here.",
  payment: "Payment",
  refund: "Refund",
  dispute: "Dispute",
  payout: "Payout",
  booking: "Booking",
  fee: "fee {amount}",
  tax: "tax {amount}",
};

export const quote = {
  back: "You get back",
  fee: "The organiser keeps",
  until: "Refundable until",
  not: "By these terms this booking cannot be cancelled any more.",
};

export const papers = {
  title: "Invoices",
  none: "The invoice is being made. It will be here in a moment.",
  invoice: "Invoice {number}",
  creditNote: "Credit note {number}",
  open: "Download {number}",
};

export const reissue = {
  action: "New code",
  ofTicket: "New code for ticket {number}",
  title: "Give this ticket a new code?",
  text: "For a lost print or a code that others have seen. Everything shown, printed or downloaded before lets nobody in any more.",
  confirm: "Make a new code",
  done: "The ticket has a new code. Print or download it again.",
};

export const dispute = {
  title: "Your bank has asked for {amount} back",
  open: "The organiser has been asked to answer. Your tickets stay valid meanwhile; there is nothing you need to do.",
  won: "The bank has decided that the payment stands. Your tickets are valid.",
  lost: "The bank has given you the money back. The tickets of this booking are no longer valid.",
};
