locals {
  # The keys and indexes of each table. Every key is a string.
  tables = {
    messages = {
      hash_key = "id"

      indexes = {
        stage-created_date-index          = { hash_key = "stage", range_key = "created_date" }
        status-created_date-index         = { hash_key = "status", range_key = "created_date" }
        correlation_id-created_date-index = { hash_key = "correlation_id", range_key = "created_date" }
        # Sparse: only unfinished messages have these attributes.
        due-index = { hash_key = "due_bucket", range_key = "next_due_at" }
      }
    }

    circuit-breaker = { hash_key = "service_name" }

    metrics = { hash_key = "day", range_key = "hour" }

    idempotency = { hash_key = "id" }

    web-action-results = {
      hash_key = "id"

      indexes = {
        # Sparse: cached values of reads do not have these attributes.
        message_id-index = { hash_key = "message_id", range_key = "created_date" }
      }
    }

    effects = {
      hash_key = "effect_id"

      indexes = {
        # Sparse: the counters of quotas do not have these attributes.
        status-updated_date-index = { hash_key = "status", range_key = "updated_date" }
      }
    }

    approvals = {
      hash_key = "id"

      indexes = {
        status-created_date-index = { hash_key = "status", range_key = "created_date" }
      }
    }

    schedules = {
      hash_key = "id"

      indexes = {
        status-created_date-index = { hash_key = "status", range_key = "created_date" }
        created_by-index          = { hash_key = "created_by", range_key = "created_date" }
        name-index                = { hash_key = "name" }
      }
    }
  }
}

module "table" {
  source   = "../table"
  for_each = local.tables

  name      = each.key
  stage     = var.stage
  hash_key  = each.value.hash_key
  range_key = try(each.value.range_key, null)
  indexes   = try(each.value.indexes, {})
  protect   = var.protect_data
}
