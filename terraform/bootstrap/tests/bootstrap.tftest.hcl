# Uses the real provider without an account, because it rejects invalid names and values that a mock accepts.
provider "aws" {
  region                      = "us-east-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

override_data {
  target = data.aws_caller_identity.this
  values = { account_id = "123456789012" }
}

variables {
  stage        = "prod"
  state_bucket = "my-state"
  subjects     = { deploy = "repo:owner/name:environment:prod", drift = "repo:owner/name:environment:drift-prod" }
}

run "trusts_only_the_exact_subject_of_each_role" {
  command = plan

  assert {
    condition = alltrue([
      for role, environment in { deploy = "prod", drift = "drift-prod" } :
      jsondecode(data.aws_iam_policy_document.trust[role].json) == {
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Action    = "sts:AssumeRoleWithWebIdentity"
          Principal = { Federated = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" }
          Condition = {
            StringEquals = {
              "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
              "token.actions.githubusercontent.com:sub" = "repo:owner/name:environment:${environment}"
            }
          }
        }]
      }
    ])
    error_message = "a role must accept only tokens for AWS with its own subject"
  }

  assert {
    condition     = { for role, this in aws_iam_role.ci : role => [this.name, this.max_session_duration] } == { deploy = ["rez-agent-prod-deploy", 3600], drift = ["rez-agent-prod-drift", 3600] }
    error_message = "a role must have the name that its own permissions do not match, and a session of an hour"
  }
}

run "creates_the_oidc_provider_of_github_unless_it_exists" {
  command = plan

  assert {
    condition = (
      aws_iam_openid_connect_provider.github["github"].url == "https://token.actions.githubusercontent.com"
      && aws_iam_openid_connect_provider.github["github"].client_id_list == toset(["sts.amazonaws.com"])
    )
    error_message = "the provider must be GitHub's, for tokens meant for AWS"
  }
}

run "does_not_create_the_oidc_provider_twice" {
  command = plan

  variables {
    oidc_provider_exists = true
  }

  assert {
    condition     = length(aws_iam_openid_connect_provider.github) == 0
    error_message = "an OIDC provider that exists must not be created again"
  }
}

run "lets_the_workflow_create_roles_only_with_the_boundary" {
  command = plan

  assert {
    condition = one([
      for statement in jsondecode(data.aws_iam_policy_document.deploy.json).Statement : statement if statement.Sid == "RolesWithBoundary"
      ]) == {
      Sid       = "RolesWithBoundary"
      Effect    = "Allow"
      Action    = ["iam:PutRolePolicy", "iam:PutRolePermissionsBoundary", "iam:DeleteRolePolicy", "iam:CreateRole"]
      Resource  = "arn:aws:iam::123456789012:role/rez-agent-*-prod"
      Condition = { StringEquals = { "iam:PermissionsBoundary" = "arn:aws:iam::123456789012:policy/rez-agent-prod-boundary" } }
    }
    error_message = "a role of the stage must get its policies only together with the boundary"
  }

  assert {
    condition = toset(flatten([
      for statement in jsondecode(data.aws_iam_policy_document.deploy.json).Statement : statement.Action if statement.Effect == "Allow" && length(regexall("iam:", jsonencode(statement.Action))) > 0
      ])) == toset([
      "iam:CreateRole", "iam:DeleteRole", "iam:DeleteRolePolicy", "iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies",
      "iam:ListInstanceProfilesForRole", "iam:ListRolePolicies", "iam:PassRole", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy",
      "iam:TagRole", "iam:UntagRole", "iam:UpdateAssumeRolePolicy", "iam:UpdateRole",
    ])
    error_message = "the workflow must not get another permission for IAM: with most of them, it could escape the boundary"
  }

  assert {
    condition = alltrue([
      for statement in jsondecode(data.aws_iam_policy_document.deploy.json).Statement : statement.Resource == "arn:aws:iam::123456789012:role/rez-agent-*-prod"
      if statement.Effect == "Allow" && length(regexall("iam:", jsonencode(statement.Action))) > 0
    ])
    error_message = "the workflow must change only the roles of its stage, and not its own"
  }

  assert {
    condition = one([
      for statement in jsondecode(data.aws_iam_policy_document.deploy.json).Statement : statement.Condition if statement.Sid == "PassRolesOfStage"
    ]) == { StringEquals = { "iam:PassedToService" = ["lambda.amazonaws.com", "scheduler.amazonaws.com"] } }
    error_message = "roles must be passed only to the services that use them"
  }

  assert {
    condition = { for statement in jsondecode(data.aws_iam_policy_document.deploy.json).Statement : statement.Sid => statement if statement.Effect == "Deny" } == {
      NeverItsOwnLimits = {
        Sid      = "NeverItsOwnLimits"
        Effect   = "Deny"
        Action   = ["iam:Update*", "iam:Set*", "iam:Put*", "iam:Delete*", "iam:Create*", "iam:Attach*"]
        Resource = ["arn:aws:iam::123456789012:role/rez-agent-prod-drift", "arn:aws:iam::123456789012:role/rez-agent-prod-deploy", "arn:aws:iam::123456789012:policy/rez-agent-prod-boundary", "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"]
      }
      NeverWithoutBoundary = {
        Sid      = "NeverWithoutBoundary"
        Effect   = "Deny"
        Action   = "iam:DeleteRolePermissionsBoundary"
        Resource = "*"
      }
    }
    error_message = "the workflow must not change its roles, the boundary or the OIDC provider"
  }
}

run "scopes_what_the_workflow_changes_to_its_stage" {
  command = plan

  assert {
    condition = alltrue([
      for statement in jsondecode(data.aws_iam_policy_document.deploy.json).Statement : alltrue([
        for resource in flatten([statement.Resource]) : length(regexall("prod", resource)) > 0
      ]) if statement.Effect == "Allow" && !contains(["Apis", "CreateUserPool", "EventSources", "FindState", "Others", "UserPool"], statement.Sid)
    ])
    error_message = "a statement must name the stage in each resource"
  }

  assert {
    condition = { for statement in jsondecode(data.aws_iam_policy_document.deploy.json).Statement : statement.Sid => statement.Condition if contains(["CreateUserPool", "EventSources", "UserPool"], statement.Sid) } == {
      CreateUserPool = { StringEquals = { "aws:RequestTag/Stage" = "prod" } }
      UserPool       = { StringEquals = { "aws:ResourceTag/Stage" = "prod" } }
      EventSources   = { ArnLike = { "lambda:FunctionArn" = ["arn:aws:lambda:us-east-1:123456789012:function:rez-agent-*-prod", "arn:aws:lambda:us-east-1:123456789012:function:rez-agent-*-prod:*"] } }
    }
    error_message = "a statement whose resources have unknown ids must have a condition instead"
  }

  assert {
    condition = alltrue(flatten([
      for statement in jsondecode(data.aws_iam_policy_document.deploy.json).Statement : [
        for action in flatten([statement.Action]) : length(regexall("[*]", action)) == 0
      ] if statement.Effect == "Allow" && statement.Resource == "*"
    ]))
    error_message = "what applies to every resource of the account must be listed action by action"
  }

  assert {
    condition     = length(data.aws_iam_policy_document.deploy.minified_json) < 10240 && length(data.aws_iam_policy_document.boundary.minified_json) < 6144
    error_message = "a policy must not be larger than IAM allows"
  }
}

run "lets_the_other_role_only_read_and_no_secret" {
  command = plan

  assert {
    condition = alltrue(flatten([
      for statement in jsondecode(data.aws_iam_policy_document.drift.json).Statement : [
        for action in flatten([statement.Action]) : can(regex("^[a-z0-9-]+:(Get|List|Describe|View)", action)) || action == "apigateway:GET"
      ]
    ]))
    error_message = "the role that finds drift must only read"
  }

  assert {
    condition = length(setintersection(
      ["secretsmanager:GetSecretValue", "ssm:GetParameters", "ssm:GetParametersByPath", "ssm:GetParameterHistory", "kms:Decrypt", "logs:GetLogEvents", "sqs:ReceiveMessage", "dynamodb:Query"],
      flatten([for statement in jsondecode(data.aws_iam_policy_document.drift.json).Statement : statement.Action])
    )) == 0
    error_message = "the role that finds drift must read no secret, no message and no log line"
  }

  assert {
    condition = toset(flatten([
      for statement in jsondecode(data.aws_iam_policy_document.drift.json).Statement : statement.Resource if length(regexall("ssm:GetParameter|s3:GetObject|dynamodb:GetItem", jsonencode(statement.Action))) > 0
      ])) == toset([
      "arn:aws:ssm:us-east-1:123456789012:parameter/rez-agent/prod/flags/*", "arn:aws:ssm:us-east-1:123456789012:parameter/rez-agent/prod/ntfy-token", "arn:aws:ssm:us-east-1:123456789012:parameter/rez-agent/prod/ntfy-url",
      "arn:aws:s3:::my-state/prod/terraform.tfstate", "arn:aws:dynamodb:us-east-1:123456789012:table/rez-agent-schedules-prod",
    ])
    error_message = "the role that finds drift must read only the values that Terraform compares"
  }
}

run "limits_the_roles_of_the_stage_to_its_names" {
  command = plan

  assert {
    condition = alltrue([
      for statement in jsondecode(data.aws_iam_policy_document.boundary.json).Statement : alltrue([
        for resource in flatten([statement.Resource]) : length(regexall("prod", resource)) > 0
      ]) if !contains(["SendTracesAndList", "DecryptParameters"], statement.Sid)
    ])
    error_message = "the boundary must name the stage in each resource"
  }

  assert {
    condition = { for statement in jsondecode(data.aws_iam_policy_document.boundary.json).Statement : statement.Sid => statement if length(regexall("iam:|kms:", jsonencode(statement.Action))) > 0 } == {
      DecryptParameters   = { Sid = "DecryptParameters", Effect = "Allow", Action = "kms:Decrypt", Resource = "arn:aws:kms:us-east-1:123456789012:key/*", Condition = { StringEquals = { "kms:ViaService" = "ssm.us-east-1.amazonaws.com" } } }
      PassRoleOfSchedules = { Sid = "PassRoleOfSchedules", Effect = "Allow", Action = "iam:PassRole", Resource = "arn:aws:iam::123456789012:role/rez-agent-schedules-prod", Condition = { StringEquals = { "iam:PassedToService" = "scheduler.amazonaws.com" } } }
    }
    error_message = "the only permission of IAM in the boundary must be to pass the role of the schedules"
  }

  assert {
    condition     = aws_iam_policy.boundary.name == "rez-agent-prod-boundary"
    error_message = "the boundary must have the name that the deploying role requires"
  }
}

run "keeps_the_state_private_encrypted_and_versioned" {
  command = plan

  assert {
    condition     = one(aws_s3_bucket_versioning.state.versioning_configuration).status == "Enabled"
    error_message = "the state must be versioned"
  }

  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.state.block_public_acls,
      aws_s3_bucket_public_access_block.state.block_public_policy,
      aws_s3_bucket_public_access_block.state.ignore_public_acls,
      aws_s3_bucket_public_access_block.state.restrict_public_buckets,
      one(aws_s3_bucket_ownership_controls.state.rule).object_ownership == "BucketOwnerEnforced",
    ])
    error_message = "the state must be private"
  }

  assert {
    condition     = one(one(aws_s3_bucket_server_side_encryption_configuration.state.rule).apply_server_side_encryption_by_default).sse_algorithm == "AES256"
    error_message = "the state must be encrypted"
  }

  assert {
    condition = (
      one(one(aws_s3_bucket_lifecycle_configuration.state.rule).noncurrent_version_expiration).noncurrent_days == 90
      && one(one(aws_s3_bucket_lifecycle_configuration.state.rule).abort_incomplete_multipart_upload).days_after_initiation == 7
      && length(one(aws_s3_bucket_lifecycle_configuration.state.rule).expiration) == 0
      && one(aws_s3_bucket_lifecycle_configuration.state.rule).status == "Enabled"
    )
    error_message = "old versions must be kept for 90 days, and the current one for ever"
  }

  assert {
    condition = jsondecode(data.aws_iam_policy_document.state.json).Statement == [{
      Sid       = "TlsOnly"
      Effect    = "Deny"
      Action    = "s3:*"
      Principal = "*"
      Resource  = ["arn:aws:s3:::my-state/*", "arn:aws:s3:::my-state"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
    error_message = "the bucket must refuse requests without TLS"
  }
}

run "refuses_a_wildcard_in_a_subject" {
  command = plan

  variables {
    subjects = { deploy = "repo:owner/*:environment:prod", drift = "repo:owner/name:environment:drift-prod" }
  }

  expect_failures = [var.subjects]
}

run "refuses_the_subject_of_a_branch" {
  command = plan

  variables {
    subjects = { deploy = "repo:owner/name:environment:prod", drift = "repo:owner/name:ref:refs/heads/main" }
  }

  expect_failures = [var.subjects]
}

run "refuses_another_stage" {
  command = plan

  variables {
    stage = "local"
  }

  expect_failures = [var.stage]
}

run "refuses_a_bucket_name_that_s3_refuses" {
  command = plan

  variables {
    state_bucket = "My_State"
  }

  expect_failures = [var.state_bucket]
}

run "accepts_a_bucket_name_of_3_characters" {
  command = plan

  variables {
    state_bucket = "abc"
  }

  assert {
    condition     = aws_s3_bucket.state.bucket == "abc"
    error_message = "the bucket must have the given name"
  }
}

run "refuses_a_bucket_name_of_64_characters" {
  command = plan

  variables {
    state_bucket = "a123456789b123456789c123456789d123456789e123456789f123456789g123"
  }

  expect_failures = [var.state_bucket]
}
