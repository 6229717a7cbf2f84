import { account, notifications, outbox } from "./account";
import { checkout, tickets } from "./booking";
import { browse, event } from "./browse";
import { codes } from "./codes";
import { common, explorer, failure, shell } from "./common";
import { guests } from "./guests";
import { manage } from "./manage";
import { dispute, money, papers, quote, reissue } from "./money";
import { pay } from "./pay";
import { payouts } from "./payouts";
import { rules } from "./rules";
import { sale } from "./sale";
import { seats } from "./seats";
import { series } from "./series";

/** Every phrase of the app in English: the pattern for all other languages. */
export const en = {
  common,
  failure,
  shell,
  explorer,
  account,
  notifications,
  outbox,
  browse,
  event,
  sale,
  seats,
  series,
  checkout,
  pay,
  guests,
  tickets,
  money,
  quote,
  papers,
  reissue,
  dispute,
  manage,
  codes,
  payouts,
  rules,
};
