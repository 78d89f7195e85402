import { CollectError } from './error.ts';
import { callerPolicy, checkedOptions, type RoleOptions, type ScanActions } from './role.ts';

/** GitHub's issuer of tokens, as IAM names it, and the audience that GitHub's own action for AWS asks for. */
const issuer = 'token.actions.githubusercontent.com';
const audience = 'sts.amazonaws.com';

/** Which workflows may assume the role that scans. */
export interface GithubOptions extends RoleOptions {
  /**
   * Subjects of their tokens: `OWNER/REPO` (its main branch), `OWNER/REPO:ref:refs/heads/BRANCH` or
   * `OWNER/REPO:environment:NAME`, each also with the ids of owner and repository: `OWNER@1/REPO@2`.
   */
  readonly github: readonly string[];
  /** The account in which the role stands; for the trust policy alone. */
  readonly account?: string;
}

interface Trust {
  /** The ARN of GitHub's identity provider, or what the template makes it of. */
  readonly provider: string | object;
  readonly subjects: readonly string[];
}

/** Who may assume the role: workflows with exactly these subjects. IAM recommends that `sub` is always looked at. */
function trustPolicy({ provider, subjects }: Trust): object {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'GithubWorkflow',
        Effect: 'Allow',
        Principal: { Federated: provider },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringEquals: { [`${issuer}:aud`]: audience, [`${issuer}:sub`]: subjects } },
      },
    ],
  };
}

/** The trust policy of the role, as JSON says it. Throws {@link CollectError} for options that make none. */
export function githubTrust(options: GithubOptions): object {
  const { partition, subjects } = checkedGithub(options);
  const { account } = options;
  if (account === undefined || !/^\d{12}$/.test(account))
    throw new CollectError(
      'bad-option',
      '--github with --format json: name the account of the role with --account',
    );
  return trustPolicy({ provider: `arn:${partition}:iam::${account}:oidc-provider/${issuer}`, subjects });
}

/** A CloudFormation template of the role that a workflow assumes to scan, with GitHub's identity provider where there is none. */
export function githubCloudFormation(actions: ScanActions, options: GithubOptions): string {
  const { subjects } = checkedGithub(options);
  const provider = { 'Fn::If': ['MakesProvider', { Ref: 'Provider' }, { Ref: 'ProviderArn' }] };
  const template = {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: 'The role with which GitHub workflows scan by Trailwarden; all that it may do is read',
    Parameters: {
      ProviderArn: {
        Type: 'String',
        Default: '',
        Description: "ARN of the account's identity provider for GitHub; one is made where this is empty",
      },
      RoleName: { Type: 'String', Default: 'TrailwardenGitHub' },
    },
    Conditions: { MakesProvider: { 'Fn::Equals': [{ Ref: 'ProviderArn' }, ''] } },
    Resources: {
      Provider: {
        Type: 'AWS::IAM::OIDCProvider',
        Condition: 'MakesProvider',
        Properties: { Url: `https://${issuer}`, ClientIdList: [audience] },
      },
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          RoleName: { Ref: 'RoleName' },
          Description: 'GitHub workflows assume it to scan the organization',
          AssumeRolePolicyDocument: trustPolicy({ provider, subjects }),
          Policies: [{ PolicyName: 'trailwarden-caller', PolicyDocument: callerPolicy(actions, options) }],
        },
      },
    },
    Outputs: { RoleArn: { Value: { 'Fn::GetAtt': ['Role', 'Arn'] } } },
  };
  return `${JSON.stringify(template, null, 2)}\n`;
}

/** Terraform of the same. */
export function githubTerraform(actions: ScanActions, options: GithubOptions): string {
  const { subjects } = checkedGithub(options);
  // An object of JSON is one of Terraform's language, too.
  const trust = trustPolicy({ provider: '${local.github_provider_arn}', subjects });
  return `# The role with which GitHub workflows scan by Trailwarden; all that it may do is read.

variable "github_provider_arn" {
  type        = string
  default     = ""
  description = "ARN of the account's identity provider for GitHub; one is made where this is empty"
}

resource "aws_iam_openid_connect_provider" "github" {
  count          = var.github_provider_arn == "" ? 1 : 0
  url            = "https://${issuer}"
  client_id_list = ["${audience}"]
}

locals {
  github_provider_arn = var.github_provider_arn == "" ? aws_iam_openid_connect_provider.github[0].arn : var.github_provider_arn
}

resource "aws_iam_role" "trailwarden_github" {
  name        = "TrailwardenGitHub"
  description = "GitHub workflows assume it to scan the organization"
  assume_role_policy = jsonencode(${indented(trust)})
}

resource "aws_iam_role_policy" "trailwarden_caller" {
  name   = "trailwarden-caller"
  role   = aws_iam_role.trailwarden_github.id
  policy = jsonencode(${indented(callerPolicy(actions, options))})
}

output "trailwarden_role_arn" {
  value = aws_iam_role.trailwarden_github.arn
}
`;
}

function indented(value: object): string {
  return JSON.stringify(value, null, 2).replaceAll('\n', '\n  ');
}

function checkedGithub(options: GithubOptions): {
  readonly partition: string;
  readonly subjects: readonly string[];
} {
  const { partition } = checkedOptions(options);
  if (partition === 'aws-cn')
    throw new CollectError(
      'bad-option',
      '--github: the partition aws-cn has another audience, which is not supported',
    );
  const subjects = options.github.map((text) => {
    const [, name, context = ':ref:refs/heads/main'] =
      /^(?:repo:)?([\w.-]+(?:@\d+)?\/[\w.-]+(?:@\d+)?)(:(?:ref:refs\/(?:heads|tags)\/[\w./-]+|environment:[\w. -]+))?$/.exec(
        text,
      ) ?? [];
    if (name === undefined)
      throw new CollectError(
        'bad-option',
        `--github ${JSON.stringify(text)}: OWNER/REPO, OWNER/REPO:ref:refs/heads/BRANCH or OWNER/REPO:environment:NAME is expected, without wildcards`,
      );
    return `repo:${name}${context}`;
  });
  return { partition, subjects };
}
