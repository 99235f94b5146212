from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("dvcqg", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Amendment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=20, unique=True)),
                ("record", models.JSONField()),
                ("made_at", models.DateTimeField()),
            ],
        ),
    ]
