locals {
  keys = compact([var.hash_key, var.range_key])

  indexed = flatten([for index in values(var.indexes) : compact([index.hash_key, index.range_key])])
}

# Every key is a string. A number in a key is zero-padded.
resource "aws_dynamodb_table" "this" {
  name                        = "rez-agent-${var.name}-${var.stage}"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = var.hash_key
  range_key                   = var.range_key
  deletion_protection_enabled = var.protect

  dynamic "attribute" {
    for_each = toset(concat(local.keys, local.indexed))

    content {
      name = attribute.value
      type = "S"
    }
  }

  dynamic "global_secondary_index" {
    for_each = var.indexes

    content {
      name            = global_secondary_index.key
      hash_key        = global_secondary_index.value.hash_key
      range_key       = global_secondary_index.value.range_key
      projection_type = "KEYS_ONLY"
    }
  }

  point_in_time_recovery {
    enabled = var.protect
  }

  ttl {
    attribute_name = "ttl"
    enabled        = true
  }
}
