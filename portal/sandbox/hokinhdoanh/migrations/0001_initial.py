from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Registration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=30, unique=True)),
                ('national_id', models.CharField(max_length=12)),
                ('status', models.CharField(default='1', max_length=2)),
                ('changed_at', models.DateTimeField()),
            ],
        ),
    ]
