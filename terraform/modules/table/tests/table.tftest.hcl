mock_provider "aws" {}

variables {
  name     = "messages"
  stage    = "dev"
  hash_key = "id"
  protect  = true
  indexes  = { due-index = { hash_key = "due_bucket", range_key = "next_due_at" } }
}

run "declares_each_key_once_and_indexes_keys_only" {
  command = plan

  assert {
    condition     = toset([for attribute in aws_dynamodb_table.this.attribute : attribute.name]) == toset(["id", "due_bucket", "next_due_at"])
    error_message = "a table declares exactly the attributes that key something"
  }

  assert {
    condition     = one(aws_dynamodb_table.this.global_secondary_index).projection_type == "KEYS_ONLY"
    error_message = "an index holds keys only"
  }
}

run "is_billed_by_request_and_deletes_by_ttl" {
  command = plan

  assert {
    condition     = aws_dynamodb_table.this.billing_mode == "PAY_PER_REQUEST" && aws_dynamodb_table.this.ttl[0].attribute_name == "ttl"
    error_message = "on demand, with the attribute ttl"
  }
}

run "protects_data_where_it_is_told_to" {
  command = plan

  assert {
    condition     = aws_dynamodb_table.this.deletion_protection_enabled && aws_dynamodb_table.this.point_in_time_recovery[0].enabled
    error_message = "protected data has backups and cannot be deleted"
  }
}

run "has_no_protection_where_data_need_not_be_protected" {
  command = plan

  variables {
    protect = false
  }

  assert {
    condition     = !aws_dynamodb_table.this.deletion_protection_enabled && !aws_dynamodb_table.this.point_in_time_recovery[0].enabled
    error_message = "dev must have no deletion protection and no backups"
  }
}
