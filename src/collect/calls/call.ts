import type { JsonObject } from '../../json.ts';
import type { AnswerRecord, CallName } from '../../snapshot/record.ts';

/** Services that are asked, as IAM abbreviates them; parts with an SDK of their own as the SDK does. */
export type ServiceName =
  | 'account'
  | 'apigateway'
  | 'apigatewayv2'
  | 'cloudfront'
  | 'cloudtrail'
  | 'cloudwatch'
  | 'config'
  | 'ec2'
  | 'elbv2'
  | 'events'
  | 'iam'
  | 'kms'
  | 'lambda'
  | 'logs'
  | 'oam'
  | 'organizations'
  | 's3'
  | 's3control'
  | 'securityhub'
  | 'sns'
  | 'sts';

/**
 * Where and how often a call is asked.
 *
 * - `caller`: by the caller itself, once a scan.
 * - `unit`: by the caller, once for each root and organizational unit.
 * - `member`: by the caller, once for each other account.
 * - `listed`: by the caller, once for each account of the organization that is visited.
 * - `account`: once in each account, at the one endpoint of the partition.
 * - `global`: once in each account, at the home of the partition: lists of what belongs to no region.
 * - `region`: once in each enabled region of each account; with {@link Call.each} about what other answers name besides.
 * - `caller-item`: by the caller, once for each thing that an earlier answer about the organization names.
 * - `item`: once for each thing that an earlier answer names, in the account that owns it and in its region.
 */
export type Scope =
  | 'caller'
  | 'unit'
  | 'member'
  | 'listed'
  | 'account'
  | 'global'
  | 'region'
  | 'caller-item'
  | 'item';

/** How an operation splits its answer. The page size is in {@link Call.input}, at its maximum. */
export interface Paging {
  /** Member of the input that takes the token. */
  readonly input: string;
  /** Member of the output that gives it, or the path to it, joined by dots. */
  readonly output: string;
}

/** A thing named by an answer, about which more is asked. */
export interface Item {
  /** What AWS is to call it by: its ARN where it has one, else the name that the answer gave. */
  readonly name: string;
  /** Twelve digits: the account it belongs to; undefined where nothing tells. */
  readonly owner: string | undefined;
  /** Region in which to ask about it; `global` for what belongs to none, which the home of the partition tells of. */
  readonly region: string;
}

/** Where the things are found about which a call is asked. */
export interface ItemSource {
  /** Calls whose answers name them. */
  readonly answers: readonly CallName[];
  /** How often that makes it, for the reference: `once for each trail`. */
  readonly once: string;
  /** Everything that one page of an answer names. */
  items(answer: Answer): readonly Item[];
  /** The input that asks about one of them. */
  input(item: Item): JsonObject;
  /** True where nobody but the owner can make anything of the answer: other accounts do not ask. */
  readonly ownerOnly?: boolean;
  /** True where the owner's own answers name each of its things: the shard that visits the owner asks about them, so others need not. */
  readonly namedByOwner?: boolean;
  /**
   * True where a name does not tell whose the thing is, and the answer tells whether it is that of the account asked, by
   * naming more to ask about. The account that named it is asked, and all others where it is not its own. Since the
   * answers of one account concern the others, they stand in the part of the organization.
   */
  readonly findsOwner?: boolean;
}

/** As much of a record with an output as tells what it names. */
export type Answer = Pick<AnswerRecord, 'account' | 'region' | 'input'> & { readonly output: JsonObject };

/** One operation that is asked of AWS: a row of the table. */
export interface Call {
  readonly service: ServiceName;
  /** As AWS names it. */
  readonly operation: string;
  readonly scope: Scope;
  /** Members sent with every request; the page size at its maximum. */
  readonly input: JsonObject;
  readonly paging?: Paging;
  /** Inputs to try in turn when AWS refuses {@link input} as invalid: for values that an older region does not know. */
  readonly olderInputs?: readonly JsonObject[];
  readonly each?: ItemSource;
  /** Member that every good answer has. An answer without it is a broken one. */
  readonly has?: string;
  /** The list of the answer. Without it and without a request id an answer is a broken one, not an empty list. */
  readonly hasUnlessEmpty?: string;
  /** Error codes that prove that there is none. */
  readonly absent?: readonly string[];
  /** True where only the owner of a thing learns from an `absent` code that it does not exist. */
  readonly absentToOwnerOnly?: boolean;
  /** True for an operation that not every region has yet. One that does not know it has nothing of its kind. */
  readonly isNew?: boolean;
  /** Partitions that have the service; every one where left out. */
  readonly partitions?: readonly string[];
  /** Requests a second that the service allows an account in a region. */
  readonly rate: number;
  /** True where the rate counts all operations of the service together. */
  readonly rateOfService?: boolean;
  /** True where nothing that ships needs it: asked only by a scan whose rules or configuration do. */
  readonly onDemand?: boolean;
  /**
   * A list that tells the same of everything of its kind, where this call tells it of the few things that others name. A scan
   * that asks the list does not ask this.
   */
  readonly insteadOf?: CallName;
  /** True where the output holds a secret: such an answer is never recorded. */
  readonly secret?: boolean;
  /**
   * Paths of the output that are recorded, joined by dots and through lists; all of it where left out. The rest may hold
   * secrets, such as headers and variables, and is dropped before anything is written.
   */
  readonly keeps?: readonly string[];
  /**
   * What the action is allowed on, without the `arn:PARTITION:` at the beginning; everything where left out. For actions that
   * would show more than this call asks.
   */
  readonly resources?: readonly string[];
  /** Permission it needs; undefined where it needs none. */
  readonly action: string | undefined;
  /** What the answer is for. */
  readonly why: string;
}
