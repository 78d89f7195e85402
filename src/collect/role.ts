import type { CallName } from '../snapshot/record.ts';
import { calls, wantedCalls, type Scope } from './calls.ts';
import { CollectError } from './error.ts';
import { defaultRoleName } from './options.ts';

/** Actions that a scan needs, sorted. */
export interface ScanActions {
  /** In the account that scans, about the organization. */
  readonly caller: readonly string[];
  /** In each account that is scanned, that of the caller included. */
  readonly member: readonly string[];
  /** What actions of `member` are allowed on, without the `arn:PARTITION:`; an action that is not in it is for everything. */
  readonly resources: ReadonlyMap<string, readonly string[]>;
}

/** Scopes that only the caller asks. */
const ofCaller: ReadonlySet<Scope> = new Set(['caller', 'unit', 'member', 'listed', 'caller-item']);

/** The IAM actions behind calls; behind all that are asked without being demanded where no call is named. */
export function actionsFor(names: ReadonlySet<CallName> | undefined): ScanActions {
  const wanted = wantedCalls(names);
  const actions = (isCaller: boolean): readonly string[] => {
    const rows = calls.filter((call) => wanted(call) && ofCaller.has(call.scope) === isCaller);
    return [...new Set(rows.flatMap(({ action }) => action ?? []))].sort();
  };
  const byAction = Map.groupBy(
    calls.filter((call) => wanted(call) && !ofCaller.has(call.scope)),
    ({ action }) => action ?? '',
  );
  const resources = new Map(
    [...byAction].flatMap(([action, rows]): [string, readonly string[]][] => {
      const named = rows.map((row) => row.resources);
      return named.includes(undefined) ? [] : [[action, named.flatMap((list) => list ?? []).sort()]];
    }),
  );
  return { caller: actions(true), member: actions(false), resources };
}

/** Who may assume the role, and what it is called. */
export interface RoleOptions {
  /** Name of the role, with its path if it has one. */
  readonly roleName?: string;
  /** ARN of the identity that scans; whoever deploys is asked where left out. */
  readonly trust?: string;
  readonly externalId?: string;
  readonly partition?: string;
}

interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}
/** A policy document of IAM. */
export interface Policy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Statement[];
}

/**
 * The policy of the role in each account. Most lists and descriptions have no resources to name, so it is for all of them; an
 * action that would show more than is asked is for what is asked alone.
 */
export function memberPolicy(actions: ScanActions, options: Pick<RoleOptions, 'partition'> = {}): Policy {
  const { partition } = checkedOptions(options);
  const arn = (resource: string): string => `arn:${partition}:${resource}`;
  return {
    Version: '2012-10-17',
    Statement: scanStatements(actions).map(({ sid, names, resources }) => ({
      Sid: sid,
      Effect: 'Allow',
      Action: names,
      Resource: resources === undefined ? '*' : resources.map(arn),
    })),
  };
}

/** What is allowed on everything, then what is allowed on some resources. */
function scanStatements({ member, resources }: ScanActions): readonly {
  readonly sid: string;
  readonly names: readonly string[];
  readonly resources?: readonly string[];
}[] {
  return [
    { sid: 'TrailwardenScan', names: member.filter((action) => !resources.has(action)) },
    ...[...resources].map(([action, list]) => ({
      sid: `TrailwardenScan${action.charAt(0).toUpperCase()}${action.slice(1).replaceAll(/[^A-Za-z0-9]/g, '')}`,
      names: [action],
      resources: list,
    })),
  ];
}

/** The policy of the identity that scans: its own account, the organization, and the role of each other account. */
export function callerPolicy(actions: ScanActions, options: RoleOptions): Policy {
  const { roleName, partition } = checkedOptions(options);
  const organization = actions.caller.filter((action) => action !== 'sts:AssumeRole');
  return {
    Version: '2012-10-17',
    Statement: [
      ...memberPolicy(actions, options).Statement,
      { Sid: 'TrailwardenOrganization', Effect: 'Allow', Action: organization, Resource: '*' },
      {
        Sid: 'TrailwardenMembers',
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Resource: `arn:${partition}:iam::*:role/${roleName}`,
      },
    ],
  };
}

/** A CloudFormation template of the role, for a stack set that the organization deploys to each account by itself. */
export function cloudFormation(actions: ScanActions, options: RoleOptions): string {
  return [
    `# The role that Trailwarden assumes in each account: ${actions.member.length} actions, all of which only read.`,
    '# From the management account, or from the delegated administrator of CloudFormation with --call-as DELEGATED_ADMIN:',
    '#',
    '#   aws cloudformation create-stack-set --stack-set-name trailwarden --template-body file://THIS-FILE \\',
    '#     --permission-model SERVICE_MANAGED --auto-deployment Enabled=true,RetainStacksOnAccountRemoval=false \\',
    '#     --capabilities CAPABILITY_NAMED_IAM --parameters ParameterKey=ScannerArn,ParameterValue=ARN-OF-THE-CALLER',
    '#   aws cloudformation create-stack-instances --stack-set-name trailwarden --regions REGION \\',
    '#     --deployment-targets OrganizationalUnitIds=ROOT-ID',
    '#',
    '# One region is enough: roles are global. Stack sets leave the management account out: where it is not the caller',
    '# itself, create a stack of this template there.',
    ...template(actions, options),
    '',
  ].join('\n');
}

function template(actions: ScanActions, options: RoleOptions): readonly string[] {
  const { path, name, trust, externalId } = checkedOptions(options);
  return [
    "AWSTemplateFormatVersion: '2010-09-09'",
    'Description: Read-only role for Trailwarden',
    'Parameters:',
    '  ScannerArn:',
    '    Type: String',
    '    Description: ARN of the role or user that scans',
    `    AllowedPattern: '${arnPattern}'`,
    ...(trust === undefined ? [] : [`    Default: '${trust}'`]),
    '  ExternalId:',
    '    Type: String',
    '    Description: External id that the scan gives; none where empty',
    `    Default: '${externalId ?? ''}'`,
    'Conditions:',
    "  HasExternalId: !Not [!Equals [!Ref ExternalId, '']]",
    'Resources:',
    '  ScanRole:',
    '    Type: AWS::IAM::Role',
    '    Properties:',
    ...(path === undefined ? [] : [`      Path: '${path}'`]),
    `      RoleName: '${name}'`,
    '      Description: Lets Trailwarden read how the audit trail and its alarms are configured',
    '      AssumeRolePolicyDocument:',
    "        Version: '2012-10-17'",
    '        Statement:',
    '          - Effect: Allow',
    '            Principal:',
    '              AWS: !Ref ScannerArn',
    '            Action: sts:AssumeRole',
    '            Condition: !If',
    '              - HasExternalId',
    '              - StringEquals:',
    '                  sts:ExternalId: !Ref ExternalId',
    '              - !Ref AWS::NoValue',
    '      Policies:',
    '        - PolicyName: trailwarden-scan',
    '          PolicyDocument:',
    "            Version: '2012-10-17'",
    '            Statement:',
    ...scanStatements(actions).flatMap(({ sid, names, resources }) => [
      `              - Sid: ${sid}`,
      '                Effect: Allow',
      ...(resources === undefined
        ? ["                Resource: '*'"]
        : [
            '                Resource:',
            ...resources.map((resource) => `                  - !Sub 'arn:\${AWS::Partition}:${resource}'`),
          ]),
      '                Action:',
      ...names.map((action) => `                  - ${action}`),
    ]),
    'Outputs:',
    '  RoleArn:',
    '    Value: !GetAtt ScanRole.Arn',
  ];
}

/** Terraform for the management account: the stack set with the role, and the policy of the identity that scans. */
export function terraform(actions: ScanActions, options: RoleOptions): string {
  const { roleName, trust, externalId } = checkedOptions(options);
  const list = (names: readonly string[], indent: string): string =>
    names.map((name) => `${indent}"${name}",`).join('\n');
  return `# The role that Trailwarden assumes in each account (${actions.member.length} actions, all of which only read), deployed by a stack
# set, and the policy of the identity that scans. Apply it in the management account.

variable "scanner_arn" {
  type        = string
  description = "ARN of the role or user that scans"${trust === undefined ? '' : `\n  default     = "${trust}"`}
}

variable "external_id" {
  type        = string
  description = "External id that the scan gives; none where empty"
  default     = "${externalId ?? ''}"
}

variable "organizational_unit_ids" {
  type        = list(string)
  description = "Roots or organizational units whose accounts are scanned"
}

data "aws_partition" "current" {}

resource "aws_cloudformation_stack_set" "trailwarden" {
  name             = "trailwarden"
  permission_model = "SERVICE_MANAGED"
  capabilities     = ["CAPABILITY_NAMED_IAM"]
  parameters = {
    ScannerArn = var.scanner_arn
    ExternalId = var.external_id
  }
  auto_deployment {
    enabled                          = true
    retain_stacks_on_account_removal = false
  }
  template_body = <<YAML
${template(actions, options)
  .join('\n')
  .replaceAll('${', () => '$${')}
YAML
  lifecycle {
    # Service-managed stack sets give it back changed.
    ignore_changes = [administration_role_arn]
  }
}

resource "aws_cloudformation_stack_set_instance" "trailwarden" {
  stack_set_name = aws_cloudformation_stack_set.trailwarden.name
  # In the region of the provider alone: roles are global.
  deployment_targets {
    organizational_unit_ids = var.organizational_unit_ids
  }
}

# Attach it to the identity that scans.
resource "aws_iam_policy" "trailwarden_caller" {
  name   = "trailwarden-caller"
  policy = data.aws_iam_policy_document.trailwarden_caller.json
}

data "aws_iam_policy_document" "trailwarden_caller" {
${scanStatements(actions)
  .map(
    ({ sid, names, resources }) => `  statement {
    sid = "${sid}"
    resources = [
${list(resources?.map((resource) => `arn:\${data.aws_partition.current.partition}:${resource}`) ?? ['*'], '      ')}
    ]
    actions = [
${list(names, '      ')}
    ]
  }`,
  )
  .join('\n')}
  statement {
    sid       = "TrailwardenOrganization"
    resources = ["*"]
    actions = [
${list(
  actions.caller.filter((action) => action !== 'sts:AssumeRole'),
  '      ',
)}
    ]
  }
  statement {
    sid       = "TrailwardenMembers"
    resources = ["arn:\${data.aws_partition.current.partition}:iam::*:role/${roleName}"]
    actions   = ["sts:AssumeRole"]
  }
}
`;
}

const arnPattern = '^arn:[a-z-]+:iam::[0-9]{12}:(root|user/[!-~]+|role/[!-~]+)$';

/** Options that may stand in a template: quotes and line ends would change what it says. Throws {@link CollectError}. */
export function checkedOptions(options: RoleOptions): {
  readonly roleName: string;
  readonly name: string;
  readonly path: string | undefined;
  readonly trust: string | undefined;
  readonly externalId: string | undefined;
  readonly partition: string;
} {
  const { roleName = defaultRoleName, trust, externalId, partition = 'aws' } = options;
  if (!/^(?:[\w+=,.@-]+\/)*[\w+=,.@-]{1,64}$/.test(roleName))
    throw new CollectError('bad-option', `role name ${JSON.stringify(roleName)}: give the name of a role`);
  const session = /^(arn:[a-z-]+):sts::(\d{12}):assumed-role\/([\w+=,.@-]+)\//.exec(trust ?? '');
  if (session !== null)
    throw new CollectError(
      'bad-option',
      `--trust ${JSON.stringify(trust)}: is a session of a role; name the role, with its path if it has one: ${session[1]}:iam::${session[2]}:role/${session[3]}`,
    );
  if (trust !== undefined && !/^arn:[a-z-]+:iam::\d{12}:(?:root|(?:user|role)\/[\w+=,.@/-]+)$/.test(trust))
    throw new CollectError(
      'bad-option',
      `--trust ${JSON.stringify(trust)}: the ARN of a role, a user or an account (arn:aws:iam::111122223333:root) is expected`,
    );
  if (externalId !== undefined && !/^[\w+=,.@:/-]{2,1224}$/.test(externalId))
    throw new CollectError('bad-option', 'external id: 2 to 1224 letters, digits and +=,.@:/_- are expected');
  if (!/^aws(?:-[a-z]+)*$/.test(partition))
    throw new CollectError('bad-option', `partition ${JSON.stringify(partition)}: aws, aws-cn or aws-us-gov`);
  const steps = roleName.split('/');
  const name = steps.at(-1) ?? roleName;
  const path = steps.length === 1 ? undefined : `/${steps.slice(0, -1).join('/')}/`;
  return { roleName, name, path, trust, externalId, partition };
}
