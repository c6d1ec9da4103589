mock_provider "aws" {}

variables {
  name     = "messages"
  stage    = "dev"
  hash_key = "id"
  protect  = true
  indexes  = { due-index = { hash_key = "due_bucket", range_key = "next_due_at" } }
}

run "declares_each_key_once_and_projects_only_keys" {
  command = plan

  assert {
    condition     = toset([for attribute in aws_dynamodb_table.this.attribute : attribute.name]) == toset(["id", "due_bucket", "next_due_at"])
    error_message = "the table must declare exactly the attributes of its keys and indexes"
  }

  assert {
    condition     = one(aws_dynamodb_table.this.global_secondary_index).projection_type == "KEYS_ONLY"
    error_message = "an index must project only keys"
  }
}

run "has_the_given_keys" {
  command = plan

  variables {
    range_key = "created_date"
  }

  assert {
    condition     = aws_dynamodb_table.this.name == "rez-agent-messages-dev" && aws_dynamodb_table.this.hash_key == "id" && aws_dynamodb_table.this.range_key == "created_date"
    error_message = "the table must have this name and these keys"
  }

  assert {
    condition     = [for index in aws_dynamodb_table.this.global_secondary_index : [index.name, index.hash_key, index.range_key]] == [["due-index", "due_bucket", "next_due_at"]]
    error_message = "the index must have this name and these keys"
  }
}

run "is_billed_by_request_and_deletes_by_ttl" {
  command = plan

  assert {
    condition     = aws_dynamodb_table.this.billing_mode == "PAY_PER_REQUEST" && aws_dynamodb_table.this.ttl[0].attribute_name == "ttl" && aws_dynamodb_table.this.ttl[0].enabled
    error_message = "the table must be billed per request and delete rows by the attribute ttl"
  }
}

run "has_backups_and_deletion_protection_with_protect" {
  command = plan

  assert {
    condition     = aws_dynamodb_table.this.deletion_protection_enabled && aws_dynamodb_table.this.point_in_time_recovery[0].enabled
    error_message = "with protect, the table must have backups and deletion protection"
  }
}

run "has_no_backups_and_no_deletion_protection_without_protect" {
  command = plan

  variables {
    protect = false
  }

  assert {
    condition     = !aws_dynamodb_table.this.deletion_protection_enabled && !aws_dynamodb_table.this.point_in_time_recovery[0].enabled
    error_message = "without protect, the table must have no backups and no deletion protection"
  }
}
