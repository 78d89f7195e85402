/**
 * What can be removed from a snapshot.
 *
 * - `emails`: every e-mail address, wherever in a text or as the name of a member it stands, and who is written to.
 * - `phones`: every international phone number (E.164: a plus and 7 to 15 digits), wherever in a text it stands, and who is texted.
 * - `endpoints`: web addresses of subscriptions; they may carry tokens. ARNs stay: the chain needs them.
 * - `tags`: the values of tags; their keys stay.
 */
export const removable = ['emails', 'phones', 'endpoints', 'tags'] as const;
export type Removable = (typeof removable)[number];
