/** Command lines for the help of each command, without the name of the program; by the name of the command, `rules list`. */
export const examples: Readonly<Record<string, readonly string[]>> = {
  scan: [
    'scan --role-name AuditRole --out snapshot --format text --format html=report.html',
    'scan --pack trailwarden-recommended --fail-on high --waivers waivers.yaml',
    'scan --snapshot snapshot --format sarif=trailwarden.sarif --baseline last.json',
  ],
  collect: [
    'collect --role-name AuditRole --out snapshot',
    'collect --out snapshot --resume',
    'collect --out s3://my-bucket/trailwarden/2027-01-31 --ou Workloads/Production --regions eu-west-1,us-east-1',
    'collect --dry-run',
  ],
  evaluate: [
    'evaluate snapshot --format text --format json=report.json',
    'evaluate snapshot --rule cloudtrail-multi-region --verbose',
    'evaluate snapshot --pack cis-aws-7.0.0 --rules my-rules --fail-on new:high --baseline last.json',
  ],
  'snapshot verify': ['snapshot verify snapshot', 'snapshot verify snapshot --key auditor.pub.pem'],
  'snapshot sign': [
    'snapshot sign snapshot --key auditor.pem',
    'snapshot sign snapshot --key arn:aws:kms:eu-west-1:111122223333:alias/evidence',
  ],
  'snapshot redact': [
    'snapshot redact snapshot --out snapshot-for-others',
    'snapshot redact snapshot --out copy --remove emails,tags --hash-key key.bin',
  ],
  'snapshot merge': ['snapshot merge shard-1 shard-2 shard-3 --out snapshot --max-gap 6h'],
  'snapshot diff': [
    'snapshot diff snapshot-monday snapshot-tuesday',
    'snapshot diff before after --exit-code --json',
  ],
  'snapshot show': ['snapshot show snapshot', 'snapshot show s3://my-bucket/trailwarden/2027-01-31 --json'],
  'rules list': ['rules list --service cloudtrail', 'rules list --pack cis-aws-7.0.0 --json'],
  'rules lint': ['rules lint my-rules'],
  'rules test': [
    'rules test my-rules',
    'rules test my-rules --only my-rule --watch',
    'rules test my-rules --mutate --min-mutants 90',
  ],
  'rules explain': [
    'rules explain cloudtrail-multi-region',
    'rules explain cloudtrail-multi-region --snapshot snapshot --resource 111122223333',
  ],
  'rules eval': [
    "rules eval '{ some: trails, where: { IsMultiRegionTrail: true } }' --for account --snapshot snapshot",
  ],
  'rules new': ['rules new my-rule --for trail --out my-rules'],
  'rules fmt': ['rules fmt my-rules', 'rules fmt --check my-rules'],
  'rules docs': ['rules docs my-rules', 'rules docs my-rules --check'],
  'packs list': ['packs list', 'packs list --json'],
  'packs show': ['packs show cis-aws-7.0.0'],
  role: [
    'role --pack trailwarden-recommended',
    'role --format cloudformation --trust arn:aws:iam::111122223333:role/Scanner',
    'role --policy caller --role-name AuditRole',
  ],
  doctor: ['doctor --role-name AuditRole', 'doctor --all --all-regions --json'],
  'events match': [
    `events match --pattern '{ $.userIdentity.type = "Root" }' event.json`,
    'events match --set root-usage --exit-code event.json',
  ],
  'events covers': [
    `events covers --set root-usage --pattern '{ $.userIdentity.type = "Root" }'`,
    'events covers --set iam-policy-changes --pattern-file filter.txt --selectors selectors.json --json',
  ],
  'events explain': [
    'events explain --set root-usage',
    `events explain --pattern '{ $.eventName = "DeleteTrail" }'`,
  ],
  'events list': ['events list'],
  'report check': ['report check trailwarden.sarif'],
  'report diff': [
    'report diff last.json report.json',
    'report diff last.json report.json --exit-code --json',
  ],
  'waivers list': ['waivers list waivers.yaml', 'waivers list waivers.yaml --report report.json'],
  'waivers lint': ['waivers lint waivers.yaml --snapshot snapshot'],
  'waivers add': [
    "waivers add waivers.yaml --rule loggroup-retention-minimum --resource 'arn:aws:logs:*:111122223333:log-group:/tmp/*' " +
      "--reason 'deleted by March' --owner 'Ana Silva' --ticket SEC-1 --expires 2027-01-31",
  ],
  inventory: ['inventory snapshot', 'inventory snapshot --check'],
  'completion bash': [
    'completion bash > ~/.local/share/bash-completion/completions/trailwarden',
    'completion bash >> ~/.bash_completion',
  ],
  'completion suggest': ['completion suggest -- rules li'],
  'completion zsh': ['completion zsh > "${fpath[1]}/_trailwarden"'],
  'completion fish': ['completion fish > ~/.config/fish/completions/trailwarden.fish'],
  'config show': [
    'config show',
    'config show scan --regions eu-west-1 --fail-on high',
    'config show waivers lint --json',
  ],
  init: [
    'init',
    'init --yes',
    'init audit --yes --pack cis-aws-5.0.0 --regions eu-west-1,us-east-1 --github none',
  ],
};
