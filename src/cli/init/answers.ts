/** What a workflow for GitHub does with failures. */
export type GithubUse = 'alerts' | 'reports' | 'none';
export const githubUses: readonly GithubUse[] = ['alerts', 'reports', 'none'];

/** The pack that stands for every rule. */
export const everyRule = 'all';

/** What `trailwarden init` has to know. */
export interface Answers {
  /** The only account that is scanned; the whole organization where left out. */
  readonly account?: string;
  readonly roleName: string;
  /** The only regions that are scanned; every region that is on where empty. */
  readonly regions: readonly string[];
  /** Id of a pack, or {@link everyRule}. */
  readonly pack: string;
  readonly github: GithubUse;
  /** ARN of the identity that scans, where it is known. */
  readonly trust?: string;
}

/** The answers where nobody is asked. */
export const standardAnswers: Answers = {
  roleName: 'TrailwardenScan',
  regions: [],
  pack: 'trailwarden-recommended',
  github: 'reports',
};
